//go:build linux

// Package databases runs the databases of the example on this machine, without containers: a PostGIS from Debian's
// packages and an Apache Cassandra from Maven Central. It installs what is missing, starts both on the loopback
// interface, fills them with made-up data, gives fresh copies of these, and stops both again. It is for the command
// opensense-stores and for tests, and not part of the function.
package databases

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/faaslint/faaslint/examples/opensense/config"
)

// name is that of the database, of its owner, and of Cassandra's keyspace and role.
const name = "opensense"

// Options say how the servers run; the command has them as flags.
type Options struct {
	CassandraPasswords bool // Cassandra wants a name and a password; PostgreSQL always does
	TLS                bool // both want TLS
}

// Databases are the two servers of a data folder. It is not safe for concurrent use; of two processes that change
// the same folder the second gets an error.
type Databases struct {
	dir     string // absolute
	out     io.Writer
	account account
	state   state
}

// state is what a later call must know. It is kept in a file that only its owner can read.
type state struct {
	Options
	PostgresPort           int
	PostgresAdminPassword  string
	PostgresPassword       string
	CassandraPort          int
	CassandraStoragePort   int
	CassandraControlPort   int
	CassandraAdminPassword string
	CassandraPassword      string
	ControlPassword        string
	JWTKey                 string // RSA, in PEM
	Postgres, Cassandra    process
	Seeded                 Size // of the copy from which Fresh restores; zero if there is none
}

// A Size says how much made-up data there is.
type Size struct {
	Sensors int
	Values  int // of each sensor
}

// DefaultDir returns the data folder for those who name none: in the cache of the user or, for root, whose own is
// closed to the account that the servers run under, in that of the machine.
func DefaultDir() (string, error) {
	if os.Geteuid() == 0 {
		return "/var/cache/opensense-stores", nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find a place for the data: %w: name one with -dir", err)
	}
	return filepath.Join(cache, "opensense-stores"), nil
}

// Open returns the databases of a data folder, which need not exist. What Up and the others do, they tell out.
func Open(dir string, out io.Writer) (*Databases, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find the data folder: %w", err)
	}
	d := &Databases{dir: dir, out: out}
	text, err := os.ReadFile(d.path("stores.json"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return d, d.findAccount()
	case err != nil:
		return nil, fmt.Errorf("read the state of the databases: %w", err)
	}
	if err := json.Unmarshal(text, &d.state); err != nil {
		return nil, fmt.Errorf("read the state of the databases from %s: %w", d.path("stores.json"), err)
	}
	return d, d.findAccount()
}

// path returns a file or folder in the data folder.
func (d *Databases) path(elem ...string) string {
	return filepath.Join(append([]string{d.dir}, elem...)...)
}

func (d *Databases) say(format string, args ...any) {
	fmt.Fprintf(d.out, format+"\n", args...)
}

// save writes the state; a reader sees the old or the new one.
func (d *Databases) save() error {
	text, err := json.MarshalIndent(d.state, "", "\t")
	if err != nil {
		return err
	}
	partial := d.path("stores.json.partial")
	if err := os.WriteFile(partial, text, 0o600); err != nil {
		return fmt.Errorf("write the state of the databases: %w", err)
	}
	if err := os.Rename(partial, d.path("stores.json")); err != nil {
		return fmt.Errorf("write the state of the databases: %w", err)
	}
	return nil
}

// lock keeps other processes from changing the data folder until unlock is called.
func (d *Databases) lock() (unlock func(), err error) {
	f, err := os.OpenFile(d.path("lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("lock %s: %w: another process works on it, try again when it is done", d.dir, err)
	}
	return func() { f.Close() }, nil
}

// Up installs what is missing, starts both servers and waits until they answer and have their tables. It does nothing
// if they run already, and stops what it started if something fails or ctx ends.
func (d *Databases) Up(ctx context.Context, opts Options) (err error) {
	if err := os.MkdirAll(d.dir, 0o755); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	unlock, err := d.lock()
	if err != nil {
		return err
	}
	defer unlock()
	if running := d.running(); len(running) > 0 {
		return d.alreadyUp(opts, running)
	}
	d.state.Options = opts
	if err := d.fillState(); err != nil {
		return err
	}
	programs, err := d.install(ctx)
	if err != nil {
		return err
	}
	if err := d.writeCertificates(); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.stop(context.WithoutCancel(ctx)))
		}
	}()
	if err := d.startCassandra(programs); err != nil {
		return err
	}
	if err := d.startPostgres(ctx, programs); err != nil {
		return err
	}
	if err := d.waitForCassandra(ctx); err != nil {
		return err
	}
	return d.save()
}

func (d *Databases) alreadyUp(opts Options, running []string) error {
	if len(running) == 1 {
		return fmt.Errorf("start the databases: only %s is running: stop it with down first", running[0])
	}
	if opts != d.state.Options {
		return fmt.Errorf("start the databases: they are running with %v, not %v: stop them with down first", d.state.Options, opts)
	}
	d.say("both databases are running already")
	return nil
}

func (o Options) String() string {
	return fmt.Sprintf("-passwords=%t -tls=%t", o.CassandraPasswords, o.TLS)
}

// fillState makes up the passwords and the key, once, and chooses ports that are free now.
func (d *Databases) fillState() error {
	s := &d.state
	for _, password := range []*string{&s.PostgresAdminPassword, &s.PostgresPassword, &s.CassandraAdminPassword, &s.CassandraPassword, &s.ControlPassword} {
		if *password == "" {
			*password = rand.Text()
		}
	}
	if s.JWTKey == "" {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return fmt.Errorf("make a key for tokens: %w", err)
		}
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			return fmt.Errorf("make a key for tokens: %w", err)
		}
		s.JWTKey = string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	}
	if err := choosePorts(&s.PostgresPort, &s.CassandraPort, &s.CassandraStoragePort, &s.CassandraControlPort); err != nil {
		return err
	}
	return d.save()
}

// Down stops both servers. Their data stay.
func (d *Databases) Down(ctx context.Context) error {
	if len(d.running()) == 0 {
		d.say("no database is running in %s", d.dir)
		return nil
	}
	unlock, err := d.lock()
	if err != nil {
		return err
	}
	defer unlock()
	return d.stop(ctx)
}

func (d *Databases) stop(ctx context.Context) error {
	return errors.Join(d.stopPostgres(ctx), d.stopCassandra(ctx))
}

// running names the servers that run.
func (d *Databases) running() (names []string) {
	if d.state.Postgres.alive() {
		names = append(names, "PostgreSQL")
	}
	if d.state.Cassandra.alive() {
		names = append(names, "Cassandra")
	}
	return names
}

// checkUp returns an error unless both servers run.
func (d *Databases) checkUp() error {
	if len(d.running()) < 2 {
		return fmt.Errorf("the databases of %s are not running: start them with up", d.dir)
	}
	return nil
}

// Config returns the settings with which the application uses the databases.
func (d *Databases) Config() config.Config {
	cfg := config.Config{
		Store:             "real",
		PostgresURL:       d.postgresURL(name, d.state.PostgresPassword, name),
		CassandraHosts:    []string{loopback(d.state.CassandraPort)},
		CassandraKeyspace: name,
		ConnectTimeout:    5 * time.Second,
		JWTKey:            d.state.JWTKey,
		TimeZone:          "Europe/Berlin",
	}
	if d.state.CassandraPasswords {
		cfg.CassandraUser, cfg.CassandraPassword = name, d.state.CassandraPassword
	}
	if d.state.TLS {
		cfg.CassandraCA = d.path("tls", "ca.pem")
	}
	return cfg
}

// Env returns the same as KEY=value. Settings that do not apply are empty, so that they replace those of another run.
func (d *Databases) Env() ([]string, error) {
	if err := d.checkUp(); err != nil {
		return nil, err
	}
	cfg := d.Config()
	return []string{
		"OPENSENSE_STORE=" + cfg.Store,
		"OPENSENSE_POSTGRES_URL=" + cfg.PostgresURL,
		"OPENSENSE_CASSANDRA_HOSTS=" + strings.Join(cfg.CassandraHosts, ","),
		"OPENSENSE_CASSANDRA_KEYSPACE=" + cfg.CassandraKeyspace,
		"OPENSENSE_CASSANDRA_USER=" + cfg.CassandraUser,
		"OPENSENSE_CASSANDRA_PASSWORD=" + cfg.CassandraPassword,
		"OPENSENSE_CASSANDRA_CA=" + cfg.CassandraCA,
		"OPENSENSE_JWT_KEY=" + cfg.JWTKey,
	}, nil
}

// postgresURL names a database, and who connects to it.
func (d *Databases) postgresURL(user, password, database string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(user, password), Host: loopback(d.state.PostgresPort), Path: database, RawQuery: "sslmode=disable"}
	if d.state.TLS {
		u.RawQuery = url.Values{"sslmode": {"verify-full"}, "sslrootcert": {d.path("tls", "ca.pem")}}.Encode()
	}
	return u.String()
}

func loopback(port int) string { return "127.0.0.1:" + strconv.Itoa(port) }
