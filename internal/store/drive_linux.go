package store

import (
	"path/filepath"
	"syscall"

	"lotline/internal/refuse"
)

// networkDrives are the file systems on which SQLite's locks cannot be relied
// on, by their magic numbers in statfs(2).
var networkDrives = map[int64]string{
	0x6969: "NFS", 0x517b: "SMB", 0xff534d42: "CIFS", 0xfe534d42: "SMB2", 0x5346414f: "AFS", 0x01021997: "9P",
}

func checkDrive(path string) error {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(path), &fs); err != nil {
		return refuse.New(refuse.NotFound, "There is no folder %s for the database.", filepath.Dir(path))
	}
	if drive, bad := networkDrives[int64(fs.Type)]; bad {
		return refuse.New(refuse.Unsupported, "%s lies on a network drive (%s), where SQLite cannot lock safely: use a local disk, or PostgreSQL.", path, drive)
	}
	return nil
}
