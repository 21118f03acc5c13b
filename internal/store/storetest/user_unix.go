//go:build unix

package storetest

import "syscall"

// runAs makes a process run as another user.
func runAs(attr *syscall.SysProcAttr, uid, gid int) {
	attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}
