package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// A pending file is written and waits for its new name.
type pending struct{ temp, file string }

// writeFiles writes all files or none. Each is first written beside its place; only when all are is one after the
// other renamed, so that at no time is a file half written, and what can fail (space, permissions) has not failed.
func writeFiles(files map[string][]byte) (err error) {
	var waiting []pending
	defer func() {
		for _, p := range waiting {
			os.Remove(p.temp)
		}
	}()
	for _, name := range sortedKeys(files) {
		p, err := prepareFile(realPath(name), files[name])
		if err != nil {
			return fmt.Errorf("nothing was written: %w", err)
		}
		waiting = append(waiting, p)
	}
	for total := len(waiting); len(waiting) > 0; waiting = waiting[1:] {
		if err := os.Rename(waiting[0].temp, waiting[0].file); err != nil {
			return fmt.Errorf("%d of %d files were written: %w", total-len(waiting), total, err)
		}
	}
	return nil
}

func prepareFile(file string, content []byte) (p pending, err error) {
	info, err := os.Stat(file)
	if err != nil {
		return p, err
	}
	if info.Mode().Perm()&0o200 == 0 {
		return p, fmt.Errorf("%s is read-only", file) // a rename would not mind, but its owner would
	}
	temp, err := writeBeside(file, content, info.Mode().Perm())
	return pending{temp, file}, err
}

// writeBeside writes what is to become file under another name in its folder, whole or not at all.
func writeBeside(file string, content []byte, perm os.FileMode) (temp string, err error) {
	f, err := os.CreateTemp(filepath.Dir(file), ".faaslint-*.tmp")
	if err != nil {
		return "", err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Chmod(perm), f.Close())
	if err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

// realPath follows symbolic links: a rename onto a link would leave its target as it was.
func realPath(file string) string {
	if real, err := filepath.EvalSymlinks(file); err == nil {
		return real
	}
	return file
}
