package host

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// pack returns a binary in the form in which it travels. It belongs to the deployment, not to the start.
func pack(f Function) ([]byte, error) {
	if f.packaged() == Image {
		return nil, nil
	}
	if f.packaged() == Source {
		return zipModule(f.Source)
	}
	binary, err := os.ReadFile(f.Exec)
	if err != nil || f.packaged() == ELF {
		return binary, err
	}
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	h := &zip.FileHeader{Name: entryName(f.Platform), Method: zip.Deflate}
	h.SetMode(0o755)
	entry, err := w.CreateHeader(h)
	if err == nil {
		_, err = entry.Write(binary)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("zip %s: %w", f.Exec, err)
	}
	return buf.Bytes(), nil
}

// zipModule packs what a module consists of.
func zipModule(dir string) ([]byte, error) {
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	if err := errors.Join(w.AddFS(os.DirFS(dir)), w.Close()); err != nil {
		return nil, fmt.Errorf("zip the module %s: %w", dir, err)
	}
	return buf.Bytes(), nil
}

// entryName is what the platform wants the binary in a zip to be called.
func entryName(p Platform) string {
	if p == OpenWhisk {
		return "exec"
	}
	return "bootstrap"
}

// unpack writes a package, an ELF or a zip, to dir, and returns the path of the binary in it.
func unpack(code []byte, dir, name string) (string, error) {
	// A process that another goroutine starts meanwhile would inherit the file as open for writing, and until its exec
	// ours could not be run: text file busy.
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	path := filepath.Join(dir, name)
	switch {
	case bytes.HasPrefix(code, []byte("\x7fELF")):
		return path, os.WriteFile(path, code, 0o755)
	case !bytes.HasPrefix(code, []byte("PK")):
		return "", fmt.Errorf("code is neither an ELF nor a zip: it begins with %q", code[:min(4, len(code))])
	}
	if err := unzipAll(code, dir); err != nil {
		return "", err
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("unzip: there is no file %s in the root", name)
	}
	return path, os.Chmod(path, 0o755)
}

func unzipAll(code []byte, dir string) error {
	r, err := zip.NewReader(bytes.NewReader(code), int64(len(code)))
	if err != nil {
		return fmt.Errorf("unzip: %w", err)
	}
	for _, entry := range r.File {
		if !filepath.IsLocal(entry.Name) {
			return fmt.Errorf("unzip: %q leads out of the folder", entry.Name)
		}
		if err := unzip(entry, filepath.Join(dir, entry.Name)); err != nil {
			return fmt.Errorf("unzip: %w", err)
		}
	}
	return nil
}

func unzip(entry *zip.File, path string) error {
	if entry.FileInfo().IsDir() {
		return os.MkdirAll(path, 0o755)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	in, err := entry.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if cerr := out.Close(); err == nil {
		err = cerr
	}
	return err
}
