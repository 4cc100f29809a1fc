// What is true may be unsafe to mend: each field has one reason against a fix. Their neighbours that have none stand in
// fields.
package fieldrefused

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"

	"cloud.google.com/go/firestore"
	"github.com/jackc/pgx/v4/pgxpool"
)

type config struct{ url string }

type (
	tags struct {
		tagged *pgxpool.Pool `pool:"tagged"` // tagged
	}
	comparing struct {
		compared *pgxpool.Pool // compared
	}
	pointing struct {
		pointed *pgxpool.Pool // address-taken
	}
	ordering struct {
		ordered *pgxpool.Pool // declaration: a literal without names of fields
	}
	pairing struct {
		pair, other *pgxpool.Pool // declaration
	}
	losing struct {
		lost *pgxpool.Pool // failure-lost: the constructor goes on
	}
	falling struct {
		fallen *pgxpool.Pool // failure-lost: who calls the constructor goes on
	}
	mumbling struct {
		mute *pgxpool.Pool // failure-lost: size has no error to return
	}
	keeping struct {
		kept *firestore.Client // context: it lives on in the client
	}
	sharing struct {
		shared *pgxpool.Pool // shared-input: others have the configuration, too
	}
	changing struct {
		changed *pgxpool.Pool // used-after
	}
	forgetting struct {
		forgotten *pgxpool.Pool // reassigned
	}
	twice struct {
		used *pgxpool.Pool // other-use: the constructor has it as well
	}
	closing struct {
		closed *http.Transport // closed-elsewhere: to close what cannot fail would build it
	}
	unset struct {
		without *http.Transport // other-use: another function makes the struct without it
	}
	effective struct {
		effect *pgxpool.Pool // effects
	}
)

func newTags(ctx context.Context, url string) (*tags, error) {
	tagged, err := pgxpool.Connect(ctx, url) // want `only tags.use needs it`
	if err != nil {
		return nil, err
	}
	return &tags{tagged: tagged}, nil
}

func (s *tags) use(w http.ResponseWriter, r *http.Request) { s.tagged.Exec(r.Context(), "") }

func newComparing(ctx context.Context, url string) (*comparing, error) {
	compared, err := pgxpool.Connect(ctx, url) // want `only comparing.use needs it`
	if err != nil {
		return nil, err
	}
	return &comparing{compared: compared}, nil
}

func (s *comparing) use(w http.ResponseWriter, r *http.Request) {
	if s.compared == nil {
		http.Error(w, "closed", http.StatusInternalServerError)
		return
	}
	s.compared.Exec(r.Context(), "")
}

func newPointing(ctx context.Context, url string) (*pointing, error) {
	pointed, err := pgxpool.Connect(ctx, url) // want `only pointing.use needs it`
	if err != nil {
		return nil, err
	}
	return &pointing{pointed: pointed}, nil
}

func (s *pointing) use(w http.ResponseWriter, r *http.Request) {
	pool := &s.pointed
	(*pool).Exec(r.Context(), "")
}

func newOrdering(ctx context.Context, url string) (*ordering, error) {
	ordered, err := pgxpool.Connect(ctx, url) // want `only ordering.use needs it`
	if err != nil {
		return nil, err
	}
	return &ordering{ordered}, nil
}

func (s *ordering) use(w http.ResponseWriter, r *http.Request) { s.ordered.Exec(r.Context(), "") }

func newPairing(ctx context.Context, url string) (*pairing, error) {
	pair, err := pgxpool.Connect(ctx, url) // want `only pairing.use needs it`
	if err != nil {
		return nil, err
	}
	return &pairing{pair: pair}, nil
}

func (s *pairing) use(w http.ResponseWriter, r *http.Request) { s.pair.Exec(r.Context(), "") }

func newLosing(ctx context.Context, url string) (*losing, error) {
	lost, err := pgxpool.Connect(ctx, url) // want `only losing.use needs it`
	if err != nil {
		log.Print(err)
	}
	return &losing{lost: lost}, nil
}

func (s *losing) use(w http.ResponseWriter, r *http.Request) { s.lost.Exec(r.Context(), "") }

func newFalling(ctx context.Context, url string) (*falling, error) {
	fallen, err := pgxpool.Connect(ctx, url) // want `only falling.use needs it`
	if err != nil {
		return nil, err
	}
	return &falling{fallen: fallen}, nil
}

func (s *falling) use(w http.ResponseWriter, r *http.Request) { s.fallen.Exec(r.Context(), "") }

// Either has one of two.
func Either(ctx context.Context) *falling {
	s, err := newFalling(ctx, "a")
	if err != nil {
		s, _ = newFalling(ctx, "b")
	}
	return s
}

func newMumbling(ctx context.Context, url string) (*mumbling, error) {
	mute, err := pgxpool.Connect(ctx, url) // want `only mumbling.use needs it`
	if err != nil {
		return nil, err
	}
	return &mumbling{mute: mute}, nil
}

func (s *mumbling) use(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, s.size(r)) }

func (s *mumbling) size(r *http.Request) (n int) {
	s.mute.QueryRow(r.Context(), "").Scan(&n)
	return n
}

func newKeeping(ctx context.Context, project string) (*keeping, error) {
	kept, err := firestore.NewClient(ctx, project) // want `only keeping.use needs it`
	if err != nil {
		return nil, err
	}
	return &keeping{kept: kept}, nil
}

func (s *keeping) use(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, s.kept.Doc("a").ID) }

func newSharing(ctx context.Context, cfg *config) (*sharing, error) {
	shared, err := pgxpool.Connect(ctx, cfg.url) // want `only sharing.use needs it`
	if err != nil {
		return nil, err
	}
	return &sharing{shared: shared}, nil
}

func (s *sharing) use(w http.ResponseWriter, r *http.Request) { s.shared.Exec(r.Context(), "") }

func newChanging(ctx context.Context, cfg config) (*changing, error) {
	changed, err := pgxpool.Connect(ctx, cfg.url) // want `only changing.use needs it`
	if err != nil {
		return nil, err
	}
	cfg.url = ""
	return &changing{changed: changed}, nil
}

func (s *changing) use(w http.ResponseWriter, r *http.Request) { s.changed.Exec(r.Context(), "") }

func newForgetting(ctx context.Context, url string) (*forgetting, error) {
	forgotten, err := pgxpool.Connect(ctx, url) // want `only forgetting.use needs it`
	if err != nil {
		return nil, err
	}
	return &forgetting{forgotten: forgotten}, nil
}

func (s *forgetting) use(w http.ResponseWriter, r *http.Request) { s.forgotten.Exec(r.Context(), "") }

func (s *forgetting) forget() { s.forgotten = nil }

func newTwice(ctx context.Context, url string) (*twice, error) {
	used, err := pgxpool.Connect(ctx, url) // want `only twice.use needs it`
	if err != nil {
		return nil, err
	}
	s := &twice{used: used}
	if url == "" {
		used.Close()
		return nil, errors.New("no url")
	}
	return s, nil
}

func (s *twice) use(w http.ResponseWriter, r *http.Request) { s.used.Exec(r.Context(), "") }

func newClosing(idle int) *closing {
	return &closing{
		closed: (&http.Transport{MaxIdleConns: idle}).Clone(), // want `only closing.use needs it`
	}
}

func (s *closing) use(w http.ResponseWriter, r *http.Request) { s.closed.RoundTrip(r) }

func (s *closing) close() { s.closed.CloseIdleConnections() }

func newUnset(idle int) *unset {
	return &unset{
		without: (&http.Transport{MaxIdleConns: idle}).Clone(), // want `only unset.use needs it`
	}
}

func (s *unset) use(w http.ResponseWriter, r *http.Request) { s.without.RoundTrip(r) }

func noUnset() *unset { return &unset{} }

func asked() string {
	fmt.Println("asked for the url")
	return "postgres://"
}

func newEffective(ctx context.Context) (*effective, error) {
	effect, err := pgxpool.Connect(ctx, asked()) // want `only effective.use needs it`
	if err != nil {
		return nil, err
	}
	return &effective{effect: effect}, nil
}

func (s *effective) use(w http.ResponseWriter, r *http.Request) { s.effect.Exec(r.Context(), "") }

func help(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") }

// Routes registers all.
func Routes(a *tags, b *comparing, c *pointing, d *ordering, e *pairing, f *losing, g *falling, h *mumbling, i *keeping,
	j *sharing, k *changing, l *forgetting, m *twice, n *effective, o *closing, p *unset) {
	http.HandleFunc("/a", a.use)
	http.HandleFunc("/b", b.use)
	http.HandleFunc("/c", c.use)
	http.HandleFunc("/d", d.use)
	http.HandleFunc("/e", e.use)
	http.HandleFunc("/f", f.use)
	http.HandleFunc("/g", g.use)
	http.HandleFunc("/h", h.use)
	http.HandleFunc("/i", i.use)
	http.HandleFunc("/j", j.use)
	http.HandleFunc("/k", k.use)
	http.HandleFunc("/l", l.use)
	http.HandleFunc("/m", m.use)
	http.HandleFunc("/n", n.use)
	http.HandleFunc("/o", o.use)
	http.HandleFunc("/p", p.use)
	http.HandleFunc("/help", help)
}
