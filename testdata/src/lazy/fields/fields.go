// Constructors fill the fields of structs whose methods are the routes. Each of these is built on first use; what differs
// by one thing and is not stands in fieldrefused.
package fields

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/jackc/pgx/v4/pgxpool"
)

// Config is what an operator may set.
type Config struct {
	URL, Zone string
	Hosts     []string
}

// A Library has rows.
type Library struct {
	name string
	rows *pgxpool.Pool // of all
}

// New returns a library.
func New(ctx context.Context, cfg Config) (*Library, error) {
	// The rows of all.
	rows, err := pgxpool.Connect(ctx, cfg.URL) // want `Postgres pool is opened when New is called, but of its handlers only Library.count and Library.list need it, not clock.time, files.get, help or 2 more; its caller pays`
	if err != nil {
		return nil, fmt.Errorf("open rows: %w", err)
	}
	return &Library{name: cfg.URL, rows: rows}, nil
}

// Must does not come back when there is no library.
func Must(cfg Config) *Library {
	l, err := New(context.Background(), cfg)
	if err != nil {
		panic(err)
	}
	return l
}

// Use gives it other rows.
func (l *Library) Use(rows *pgxpool.Pool) { l.rows = rows }

// Close closes what is open.
func (l *Library) Close() {
	l.rows.Close() // if it is
}

func (l *Library) list(w http.ResponseWriter, r *http.Request) {
	// All of them.
	rows, err := l.rows.Query(r.Context(), "SELECT 1")
	if err != nil {
		http.Error(w, l.name, http.StatusInternalServerError)
		return
	}
	rows.Close()
}

func (l *Library) count(w http.ResponseWriter, r *http.Request) {
	if n, err := l.counted(r.Context()); err == nil {
		fmt.Fprintln(w, n)
	}
}

func (l *Library) counted(ctx context.Context) (n int, err error) {
	err = l.rows.QueryRow(ctx, "SELECT 1").Scan(&n)
	return n, err
}

type notes struct {
	pool *pgxpool.Pool
}

func newNotes(ctx context.Context, cfg Config) (*notes, error) {
	var n notes
	var err error
	n.pool, err = pgxpool.Connect(ctx, cfg.Hosts[0]) // want `Postgres pool is opened when newNotes is called, but of its handlers only notes.note needs it`
	return &n, err
}

func (n *notes) close() {
	if n.pool != nil {
		n.pool.Close()
	}
}

func (n *notes) note(w http.ResponseWriter, r *http.Request) {
	var text string
	if err := n.pool.QueryRow(r.Context(), "SELECT 1").Scan(&text); err != nil {
		http.Error(w, "note", http.StatusInternalServerError)
		return
	}
	fmt.Fprintln(w, text)
}

type files struct{ client *s3.Client }

func newFiles(settings aws.Config) *files {
	return &files{client: s3.NewFromConfig(settings)} // want `AWS s3 client is built when newFiles is called`
}

func (f *files) get(w http.ResponseWriter, r *http.Request) {
	if _, err := f.client.GetObject(r.Context(), &s3.GetObjectInput{Key: &r.URL.Path}); err != nil {
		http.Error(w, "file", http.StatusInternalServerError)
	}
}

type clock struct{ zone *time.Location }

func newClock(cfg Config) (*clock, error) {
	c := new(clock)
	var err error
	if c.zone, err = time.LoadLocation(cfg.Zone); err != nil { // want `time zone is loaded when newClock is called`
		return nil, fmt.Errorf("load zone: %w", err)
	}
	return c, nil
}

func (c *clock) time(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, time.Now().In(c.zone)) }

type pages struct {
	pool *pgxpool.Pool
	size int
}

func newPages(ctx context.Context, cfg Config) (*pages, error) {
	pool, err := pgxpool.Connect(ctx, cfg.URL) // want `Postgres pool is opened when newPages is called, but of its handlers only pages.page needs it`
	if err != nil {
		return nil, err
	}
	p := &pages{pool: pool}
	p.size, err = strconv.Atoi(cfg.Zone)
	return p, err
}

func (p *pages) close(log func()) {
	defer p.pool.Close()
	log()
}

func (p *pages) page(w http.ResponseWriter, r *http.Request) {
	if err := p.pool.QueryRow(r.Context(), "SELECT 1").Scan(&p.size); err != nil {
		http.Error(w, "page", http.StatusInternalServerError)
	}
}

func help(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") }

// Handler returns the routes.
func Handler(ctx context.Context, cfg Config, settings aws.Config) (http.Handler, error) {
	n, err := newNotes(ctx, cfg)
	if err != nil {
		return nil, err
	}
	c, err := newClock(cfg)
	if err != nil {
		return nil, err
	}
	p, err := newPages(ctx, cfg)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	l := Must(cfg)
	mux.HandleFunc("/list", l.list)
	mux.HandleFunc("/count", l.count)
	mux.HandleFunc("/note", n.note)
	mux.HandleFunc("/file", newFiles(settings).get)
	mux.HandleFunc("/time", c.time)
	mux.HandleFunc("/page", p.page)
	mux.HandleFunc("/help", help)
	return mux, nil
}
