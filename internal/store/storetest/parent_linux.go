package storetest

import "syscall"

// endWithParent makes the server end when the test process does, however it ends.
func endWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGQUIT }
