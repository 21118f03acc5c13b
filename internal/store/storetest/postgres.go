// Package storetest runs a test on every engine: SQLite, and a PostgreSQL that
// the test run starts itself.
package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// server is the PostgreSQL of this test process.
var server struct {
	once sync.Once
	url  string // of the database postgres
	err  error
	cmd  *exec.Cmd
	dir  string
}

// Main runs the tests of a package and then ends the PostgreSQL they started.
// Call it from TestMain.
func Main(m *testing.M) {
	code := m.Run()
	stop()
	os.Exit(code)
}

func stop() {
	if server.cmd != nil {
		_ = server.cmd.Process.Signal(syscall.SIGQUIT) // immediate: nothing is kept
		_ = server.cmd.Wait()
	}
	if server.dir != "" {
		os.RemoveAll(server.dir)
	}
}

var errMissing = errors.New("PostgreSQL is not installed: apt-get install postgresql")

// binary finds a program of PostgreSQL where Debian puts it, or in PATH.
func binary(name string) (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) > 0 {
		return found[len(found)-1], nil
	}
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	return "", errMissing
}

// unprivileged is who runs PostgreSQL when the tests run as root, which it refuses.
func unprivileged() (*syscall.SysProcAttr, int, int, error) {
	attr := &syscall.SysProcAttr{}
	endWithParent(attr)
	if os.Getuid() != 0 {
		return attr, os.Getuid(), os.Getgid(), nil
	}
	who, err := user.Lookup("postgres")
	if err != nil {
		if who, err = user.Lookup("nobody"); err != nil {
			return nil, 0, 0, err
		}
	}
	uid, _ := strconv.Atoi(who.Uid)
	gid, _ := strconv.Atoi(who.Gid)
	runAs(attr, uid, gid)
	return attr, uid, gid, nil
}

func start() {
	server.err = func() error {
		initdb, err := binary("initdb")
		if err != nil {
			return err
		}
		postgres, err := binary("postgres")
		if err != nil {
			return err
		}
		attr, uid, gid, err := unprivileged()
		if err != nil {
			return err
		}
		if server.dir, err = os.MkdirTemp("", "lotline-pg-"); err != nil {
			return err
		}
		if err := os.Chown(server.dir, uid, gid); err != nil {
			return err
		}
		data := filepath.Join(server.dir, "data")
		init := exec.Command(initdb, "-D", data, "-U", "lotline", "--auth=trust", "--locale=C", "--encoding=UTF8", "--no-sync")
		init.SysProcAttr, init.Dir = attr, server.dir
		if out, err := init.CombinedOutput(); err != nil {
			return fmt.Errorf("initdb: %w: %s", err, out)
		}
		port, err := freePort()
		if err != nil {
			return err
		}
		server.cmd = exec.Command(postgres, "-D", data, "-k", server.dir, "-h", "127.0.0.1", "-p", strconv.Itoa(port),
			"-c", "max_connections=100", "-c", "log_min_messages=fatal")
		server.cmd.Args = append(server.cmd.Args, tuning()...)
		server.cmd.SysProcAttr, server.cmd.Dir = attr, server.dir
		if err := server.cmd.Start(); err != nil {
			return err
		}
		server.url = fmt.Sprintf("postgres://lotline@127.0.0.1:%d/postgres?sslmode=disable", port)
		return waitReady()
	}()
}

// tuning is that of a small server for benchmarks, with LOTLINE_BENCH_DURABLE;
// tests need not outlive a power failure.
func tuning() []string {
	if os.Getenv("LOTLINE_BENCH_DURABLE") != "" {
		return []string{"-c", "fsync=on", "-c", "shared_buffers=1GB", "-c", "max_wal_size=4GB"}
	}
	return []string{"-c", "fsync=off", "-c", "shared_buffers=64MB"}
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

func waitReady() error {
	db, err := sql.Open("pgx", server.url)
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		if err = db.PingContext(ctx); err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL does not answer: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// End ends the PostgreSQL of this process; for a TestMain of its own.
func End() { stop() }
