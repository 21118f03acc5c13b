//go:build !unix

package storetest

import "syscall"

// runAs has nothing to do where nobody is root.
func runAs(*syscall.SysProcAttr, int, int) {}
