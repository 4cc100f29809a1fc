//go:build linux

package databases

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"gopkg.in/yaml.v3"
)

func TestDownInAnEmptyFolder(t *testing.T) {
	var out strings.Builder
	d, err := Open(filepath.Join(t.TempDir(), "none"), &out)
	if err != nil {
		t.Fatal(err)
	}
	for what, do := range map[string]func() error{
		"env":   func() error { _, err := d.Env(); return err },
		"fresh": func() error { return d.Fresh(t.Context()) },
		"seed":  func() error { return d.Seed(t.Context(), Size{1, 1}) },
	} {
		if err := do(); err == nil || !strings.Contains(err.Error(), "start them with up") {
			t.Errorf("%s: got %v", what, err)
		}
	}
	if err := d.Seed(t.Context(), Size{}); err == nil || !strings.Contains(err.Error(), "want a sensor or more") {
		t.Errorf("seed of nothing: got %v", err)
	}
	if err := d.Down(t.Context()); err != nil || !strings.Contains(out.String(), "no database is running") {
		t.Errorf("down: got %v, %s", err, &out)
	}
	if err := d.Status(t.Context(), &out); err != nil || strings.Count(out.String(), "not running") != 2 {
		t.Errorf("status: got %v, %s", err, &out)
	}
	if _, err := os.Stat(d.dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s: got %v, though nothing was to be kept", d.dir, err)
	}
}

func TestState(t *testing.T) {
	dir := t.TempDir()
	d := &Databases{dir: dir, out: io.Discard}
	if err := d.fillState(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(dir, io.Discard)
	if err != nil || again.state != d.state {
		t.Errorf("got %+v, %v, want %+v", again.state, err, d.state)
	}
	info, err := os.Stat(filepath.Join(dir, "stores.json"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the passwords: got %v, %v, want 0600", info.Mode(), err)
	}
	if err := os.WriteFile(filepath.Join(dir, "stores.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, io.Discard); err == nil || !strings.Contains(err.Error(), "stores.json: unexpected end") {
		t.Errorf("a state that is cut off: got %v", err)
	}
}

func TestLock(t *testing.T) {
	d := &Databases{dir: t.TempDir()}
	unlock, err := d.lock()
	if err != nil {
		t.Fatal(err)
	}
	if err := (&Databases{dir: d.dir}).Up(t.Context(), Options{}); err == nil || !strings.Contains(err.Error(), "another process works on it") {
		t.Errorf("got %v", err)
	}
	unlock()
	if unlock, err = d.lock(); err != nil {
		t.Fatal(err)
	}
	unlock()
}

func TestChoosePorts(t *testing.T) {
	ports := make([]int, 4)
	if err := choosePorts(&ports[0], &ports[1], &ports[2], &ports[3]); err != nil {
		t.Fatal(err)
	}
	kept := ports[1]
	taken, err := listen(ports[0])
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	if err := choosePorts(&ports[0], &ports[1]); err != nil {
		t.Fatal(err)
	}
	if ports[1] != kept {
		t.Errorf("a free port was changed from %d to %d", kept, ports[1])
	}
	if loopback(ports[0]) == taken.Addr().String() {
		t.Errorf("%d is taken", ports[0])
	}
	slices.Sort(ports)
	if len(slices.Compact(ports)) != 4 || ports[0] < 1024 || ports[3] >= 32_768 {
		t.Errorf("got %v", ports)
	}
}

func TestProcess(t *testing.T) {
	cmd := exec.Command("sleep", "600")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- cmd.Wait() }()
	p := findProcess(cmd.Process.Pid)
	if !p.alive() || p.memory() == 0 {
		t.Errorf("%+v: alive %v, memory %d", p, p.alive(), p.memory())
	}
	// An id that was given to another process since.
	if other := (process{p.PID, "1"}); other.alive() || other.end(t.Context(), syscall.SIGTERM) != nil || !p.alive() {
		t.Errorf("%+v: taken for %+v", p, other)
	}
	if err := p.end(t.Context(), syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	<-ended
	if p.alive() || (process{}).alive() {
		t.Error("alive after its end")
	}
}

func TestWait(t *testing.T) {
	broken := errors.New("broken")
	if err := wait(t.Context(), time.Minute, func(context.Context) (bool, error) { return false, broken }); err != broken {
		t.Errorf("got %v, want %v", err, broken)
	}
	if err := wait(t.Context(), 1, func(context.Context) (bool, error) { return false, nil }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
	}
}

func TestCertificates(t *testing.T) {
	now := time.Now()
	ca, server, key, err := makeCertificates(now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tls.X509KeyPair(server, key); err != nil {
		t.Error(err)
	}
	block, _ := pem.Decode(server)
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	for host, good := range map[string]bool{"127.0.0.1": true, "localhost": true, "127.0.0.2": false} {
		if _, err := cert.Verify(x509.VerifyOptions{Roots: roots, DNSName: host}); (err == nil) != good {
			t.Errorf("%s: got %v", host, err)
		}
	}
	if _, err := cert.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: now.AddDate(1, 0, 1)}); err == nil {
		t.Error("valid for ever")
	}
}

func TestConfig(t *testing.T) {
	d := &Databases{dir: "/data", state: state{PostgresPort: 1, CassandraPort: 2, PostgresPassword: "P", CassandraPassword: "C"}}
	plain := d.Config()
	if plain.PostgresURL != "postgres://opensense:P@127.0.0.1:1/opensense?sslmode=disable" || plain.CassandraUser+plain.CassandraPassword+plain.CassandraCA != "" {
		t.Errorf("plain: %+v", plain)
	}
	d.state.Options = Options{CassandraPasswords: true, TLS: true}
	secured := d.Config()
	u, err := url.Parse(secured.PostgresURL)
	if err != nil || u.Query().Get("sslmode") != "verify-full" || u.Query().Get("sslrootcert") != "/data/tls/ca.pem" {
		t.Errorf("secured: %s, %v", u, err)
	}
	if secured.CassandraUser != "opensense" || secured.CassandraPassword != "C" || secured.CassandraCA != "/data/tls/ca.pem" {
		t.Errorf("secured: %+v", secured)
	}
}

func TestLinkFiles(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	if err := os.Mkdir(filepath.Join(from, "backups"), 0o755); err != nil {
		t.Fatal(err)
	}
	write := func(name string) {
		if err := os.WriteFile(filepath.Join(from, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	settled := func(want bool) {
		t.Helper()
		if got, err := oneSSTable(from); err != nil || got != want {
			t.Errorf("one SSTable: got %v, %v, want %v", got, err, want)
		}
	}
	settled(true) // none, as of an empty table
	write("nb-7-big-Data.db")
	write("nb-7-big-TOC.txt")
	settled(true)
	if err := linkFiles(from, to, 1000); err != nil {
		t.Error(err)
	}
	got, _ := filepath.Glob(filepath.Join(to, "*"))
	if want := []string{filepath.Join(to, "nb-1007-big-Data.db"), filepath.Join(to, "nb-1007-big-TOC.txt")}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	write("nb-8-big-Data.db")
	settled(false)
	os.Remove(filepath.Join(from, "nb-8-big-Data.db"))
	write("nb_txn_compaction_87799900-e8d4-11f1-8d0f-df1c617bb121.log")
	settled(false)
	if err := linkFiles(from, t.TempDir(), 0); err == nil || !strings.Contains(err.Error(), "nb_txn_compaction") {
		t.Errorf("a transaction log: got %v", err)
	}
}

// fake puts a program that says something and fails before all others.
func fake(t *testing.T, program, says string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, program), []byte("#!/bin/sh\necho "+says+" >&2\nexit 100\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
}

func TestCannotInstall(t *testing.T) {
	d := &Databases{dir: t.TempDir(), out: io.Discard}
	fake(t, "apt-get", "no such package")
	want := []string{"install postgresql-postgis: apt-get update: exit status 100", "no such package"}
	if os.Geteuid() != 0 {
		want = []string{"that takes root: run apt-get install --no-install-recommends postgresql-postgis"}
	}
	err := d.installPackages(t.Context(), []string{"postgresql-postgis"})
	for _, text := range want {
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("apt-get: got %v, want %q", err, text)
		}
	}
	fake(t, "mvn", "no route to Maven Central")
	jars := d.path("cassandra", "jars")
	if err := d.installJars(t.Context(), jars); err == nil || !strings.Contains(err.Error(), "no route to Maven Central") {
		t.Errorf("mvn: got %v", err)
	}
	if _, err := os.Stat(jars); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s: got %v, though nothing was brought", jars, err)
	}
	t.Setenv("PATH", t.TempDir())
	if err := d.installPackages(t.Context(), []string{"maven"}); err == nil || !strings.Contains(err.Error(), "this is no Debian") {
		t.Errorf("no apt-get: got %v", err)
	}
}

// TestVersions wants what is said in several places to be the same.
func TestVersions(t *testing.T) {
	compose, err := os.ReadFile("../compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Services map[string]struct {
			Image       string
			Environment map[string]string
			Command     []string
			Ports       []string
		}
	}
	if err := yaml.Unmarshal(compose, &file); err != nil {
		t.Fatal(err)
	}
	if image := file.Services["cassandra"].Image; image != "cassandra:"+cassandraVersion {
		t.Errorf("compose.yaml: %s is not version %s", image, cassandraVersion)
	}
	for name, service := range file.Services {
		for _, port := range service.Ports {
			if !strings.HasPrefix(port, "127.0.0.1:") {
				t.Errorf("compose.yaml: %s: %s is open to other machines", name, port)
			}
		}
	}
	for _, version := range []string{"cassandra-all</artifactId>\n      <version>" + cassandraVersion + "<", "jolokia-agent-jvm</artifactId>\n      <version>" + jolokiaVersion + "<"} {
		if !strings.Contains(string(cassandraPOM), version) {
			t.Errorf("pom.xml: no %q", version)
		}
	}
}

// TestNotInTheFunction wants what is for operators to stay out of the function and the server.
func TestNotInTheFunction(t *testing.T) {
	const module = "github.com/faaslint/faaslint/examples/opensense/"
	out, err := exec.Command("go", "list", "-deps", module+"action", module+"cmd/opensense-server").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	if !slices.Contains(deps, module+"store") {
		t.Fatalf("got %d packages, and %sstore is not among them", len(deps), module)
	}
	for _, name := range []string{"migrate", "databases"} {
		if slices.Contains(deps, module+name) {
			t.Errorf("package %s is linked into the function or the server", name)
		}
	}
}
