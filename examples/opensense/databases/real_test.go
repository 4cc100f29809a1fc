//go:build linux

package databases

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/faaslint/faaslint/examples/opensense/catalogue"
	"github.com/faaslint/faaslint/examples/opensense/config"
	"github.com/faaslint/faaslint/examples/opensense/geo"
	"github.com/faaslint/faaslint/examples/opensense/migrate"
	"github.com/faaslint/faaslint/examples/opensense/model"
	"github.com/faaslint/faaslint/examples/opensense/seed"
	"github.com/faaslint/faaslint/examples/opensense/server"
	"github.com/faaslint/faaslint/examples/opensense/store"
)

// small is the size of the data that the quick mode has, and that the request file was recorded with.
var small = Size{Sensors: 500, Values: 48}

// large is the size that opensense-stores seeds.
var large = Size{Sensors: 40_000, Values: 26}

var real = flag.Bool("real", false, "install and start the databases, which takes some minutes")

// TestReal installs and starts the databases, and holds the store in memory to their answers. The parts follow one
// another: they share the servers.
func TestReal(t *testing.T) {
	if !*real {
		t.Skip("without -real no databases are started: go run ./scripts/test -real, as .ci/run does")
	}
	dir, err := os.MkdirTemp("", "opensense-stores-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil { // for the account of the servers
		t.Fatal(err)
	}
	d := openTest(t, dir)
	upTest(t, d, Options{})
	t.Run("again", func(t *testing.T) { testUpAgain(t, d) })
	seedTest(t, d, small)
	t.Run("catalogue", func(t *testing.T) { testCatalogue(t, d) })
	t.Run("small", func(t *testing.T) { testRequests(t, d, small, 40) })
	t.Run("changes", func(t *testing.T) { testChanges(t, d) })
	t.Run("action", func(t *testing.T) { testAction(t, d) })
	t.Run("outage", func(t *testing.T) { testOutage(t, d) })
	seedTest(t, d, large)
	t.Run("large", func(t *testing.T) { testRequests(t, d, large, 15) })
	downTest(t, d)
	// The same data, under the other settings.
	d = openTest(t, dir)
	upTest(t, d, Options{CassandraPasswords: true, TLS: true})
	t.Run("secured", func(t *testing.T) { testSecured(t, d) })
	t.Run("secured large", func(t *testing.T) { testRequests(t, d, large, 2) })
	if err := d.Fresh(t.Context()); err != nil {
		t.Error(err)
	}
	t.Run("secured fresh", func(t *testing.T) { testRequests(t, d, large, 2) })
	downTest(t, d)
}

func openTest(t *testing.T, dir string) *Databases {
	t.Helper()
	d, err := Open(dir, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func upTest(t *testing.T, d *Databases, opts Options) {
	t.Helper()
	if err := d.Up(t.Context(), opts); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Down(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

func seedTest(t *testing.T, d *Databases, size Size) {
	t.Helper()
	if err := d.Seed(t.Context(), size); err != nil {
		t.Fatal(err)
	}
}

func downTest(t *testing.T, d *Databases) {
	t.Helper()
	if err := d.Down(t.Context()); err != nil {
		t.Fatal(err)
	}
	if running := d.running(); len(running) > 0 {
		t.Fatalf("after down: %v", running)
	}
	if _, err := d.Env(); err == nil {
		t.Error("env: no error, though the databases are down")
	}
}

// testUpAgain wants what another process sees.
func testUpAgain(t *testing.T, d *Databases) {
	other := openTest(t, d.dir)
	if err := other.Up(t.Context(), Options{}); err != nil {
		t.Error(err)
	}
	if err := other.Up(t.Context(), Options{TLS: true}); err == nil || !strings.Contains(err.Error(), "-tls=true") {
		t.Errorf("up with TLS: got %v", err)
	}
	if err := other.Fresh(t.Context()); err == nil || !strings.Contains(err.Error(), "run seed first") {
		t.Errorf("fresh before seed: got %v", err)
	}
	var status strings.Builder
	if err := other.Status(t.Context(), &status); err != nil {
		t.Error(err)
	}
	for _, want := range []string{", PostGIS 3.", cassandraVersion + ", process "} {
		if !strings.Contains(status.String(), want) {
			t.Errorf("status: no %q in %s", want, &status)
		}
	}
	for _, p := range []process{d.state.Postgres, d.state.Cassandra} {
		info, err := os.Stat(filepath.Join("/proc", strconv.Itoa(p.PID)))
		if err != nil {
			t.Error(err)
		} else if info.Sys().(*syscall.Stat_t).Uid == 0 {
			t.Errorf("process %d runs as root", p.PID)
		}
	}
}

func testCatalogue(t *testing.T, d *Databases) {
	want, err := catalogue.Load()
	if err != nil {
		t.Fatal(err)
	}
	var got catalogue.Catalogue
	ctx := t.Context()
	err = d.asAdmin(ctx, name, func(conn *pgx.Conn) error {
		rows, _ := conn.Query(ctx, "SELECT * FROM measurands ORDER BY id") // CollectRows has the error
		measurands, err1 := pgx.CollectRows(rows, pgx.RowToStructByPos[catalogue.Measurand])
		rows, _ = conn.Query(ctx, "SELECT * FROM units ORDER BY id")
		units, err2 := pgx.CollectRows(rows, pgx.RowToStructByPos[catalogue.Unit])
		rows, _ = conn.Query(ctx, "SELECT * FROM licenses ORDER BY id")
		licenses, err3 := pgx.CollectRows(rows, pgx.RowToStructByPos[catalogue.License])
		got = catalogue.Catalogue{Measurands: measurands, Units: units, Licenses: licenses}
		return errors.Join(err1, err2, err3)
	})
	if err != nil || !reflect.DeepEqual(&got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

// A pair is the application on the databases and the application in memory. They have the same key: tokens of the one
// are good for the other.
type pair struct {
	databases, memory http.Handler
	tokens            map[int]string // of users
}

func newPair(t *testing.T, d *Databases, size Size) pair {
	t.Helper()
	cfg := d.Config()
	logger := slog.New(slog.NewTextHandler(t.Output(), nil))
	databases, err := server.New(t.Context(), cfg, logger)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(databases.Close)
	cfg.Store = "memory"
	memory, err := server.New(t.Context(), cfg, logger)
	if err != nil {
		t.Fatal(err)
	}
	m := store.NewMemory(size.Sensors, size.Values)
	memory.UseStore(&store.Store{Meta: m, Values: m})
	p := pair{databases.Handler(), memory.Handler(), map[int]string{}}
	for user, login := range map[int]string{1: `{"username":"opensense","password":"sunshine"}`, 2: `{"username":"weather","password":"raincoat"}`} {
		w := p.send(p.databases, request{"POST", "/api/v1.0/users/login", login, 0})
		var answer struct{ ID string }
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || w.Code != http.StatusOK {
			t.Fatalf("login: %d %s, %v", w.Code, w.Body, err)
		}
		p.tokens[user] = answer.ID
	}
	return p
}

// A request is one that both must answer with the same bytes.
type request struct {
	method, path, body string
	user               int // 0 is nobody
}

func get(path string, query ...string) request {
	values := url.Values{}
	for i := 0; i < len(query); i += 2 {
		values.Set(query[i], query[i+1])
	}
	return request{method: "GET", path: path + "?" + values.Encode()}
}

func (p pair) send(h http.Handler, r request) *httptest.ResponseRecorder {
	hr := httptest.NewRequest(r.method, r.path, strings.NewReader(r.body))
	if r.user != 0 {
		hr.Header.Set("Authorization", p.tokens[r.user])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, hr)
	return w
}

// same sends a request to both, and returns the length of the answer, or -1 if it is not 200.
func (p pair) same(t *testing.T, r request) int {
	t.Helper()
	got, want := p.send(p.databases, r), p.send(p.memory, r)
	if got.Code != want.Code || got.Body.String() != want.Body.String() || !reflect.DeepEqual(got.Header(), want.Header()) {
		at := difference(got.Body.String(), want.Body.String())
		t.Errorf("%s %s %s:\ndatabases %d, %d bytes, %v, …%.200s\nmemory    %d, %d bytes, %v, …%.200s", r.method, r.path, r.body,
			got.Code, got.Body.Len(), got.Header(), got.Body.String()[at:], want.Code, want.Body.Len(), want.Header(), want.Body.String()[at:])
	}
	if want.Code != http.StatusOK {
		return -1
	}
	return want.Body.Len()
}

func difference(a, b string) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return max(0, i-40)
		}
	}
	return min(len(a), len(b))
}

func testRequests(t *testing.T, d *Databases, size Size, rounds int) {
	p := newPair(t, d, size)
	requests := append(areaRequests(size, rounds), valueRequests(size, rounds)...)
	empty, refused := 0, 0
	for _, r := range requests {
		switch p.same(t, r) {
		case -1:
			refused++
		case len("[]\n"):
			empty++
		}
	}
	t.Logf("%d requests, of which %d found nothing and %d were refused", len(requests), empty, refused)
	if 2*(empty+refused) > len(requests) {
		t.Error("most requests found nothing, or were refused: that shows little")
	}
}

func degrees(numbers ...float64) string {
	words := make([]string, 0, len(numbers))
	for _, x := range numbers {
		words = append(words, strconv.FormatFloat(x, 'g', -1, 64))
	}
	return strings.Join(words, ",")
}

// areaRequests look for sensors in areas, above all in those that have one on their border, or just not.
func areaRequests(size Size, rounds int) (all []request) {
	random := rand.New(rand.NewPCG(1, 2))
	sensors := seed.Sensors(size.Sensors)
	for range rounds {
		at, other := sensors[random.IntN(len(sensors))].Location, sensors[random.IntN(len(sensors))].Location
		lat, lng := at.Lat, at.Lng
		up, right := 0.3*random.Float64(), 0.3*random.Float64() // degrees, so that the answers are not too long
		ref, away := degrees(lat, lng), degrees(lat+up, lng-right)
		for _, area := range []string{
			degrees(lat, lng, lat+up, lng+right),
			degrees(lat, lng, lat-up, lng+right),
			degrees(lat+1e-12, lng, lat+up, lng+right),
			degrees(lat-up, lng-right, lat-1e-12, lng+right),
			degrees(lat-up, lng-right, lat+up, lng+right),
		} {
			all = append(all, get("/api/v1.0/sensors", "boundingBox", area))
		}
		for _, area := range []string{
			degrees(lat, lng, lat+up, lng, lat, lng+right),                             // on a corner
			degrees(lat, lng-right, lat, lng+right, lat+up, lng),                       // on a parallel
			degrees(lat-up, lng, lat+up, lng, lat, lng+right),                          // on a meridian
			degrees(lat-up, lng-right, lat+up, lng+right, lat+up, lng-right),           // on a slanting edge, as far as numbers go
			degrees(lat-up/2, lng-right, lat+up/2, lng+right, lat-up, lng+right),       // the same
			degrees(lat, lng, other.Lat, other.Lng, other.Lat, other.Lng+0.01),         // between two sensors
			degrees(lat-up, lng, lat, lng+right, lat+up, lng, lat, lng-right),          // a rhombus
			degrees(lat-up, lng-right, lat+up, lng+right, lat+up, lng, lat-up, lng+up), // one that cuts itself, or nearly
		} {
			all = append(all, get("/api/v1.0/sensors", "boundingPolygon", area))
		}
		metres := degrees(geo.Distance(at, other))
		all = append(all,
			get("/api/v1.0/sensors", "refPoint", ref, "maxDistance", "0"),
			get("/api/v1.0/sensors", "refPoint", ref, "maxDistance", "20000"),
			get("/api/v1.0/sensors", "refPoint", away, "maxDistance", degrees(20_000*random.Float64())),
			get("/api/v1.0/sensors", "refPoint", away, "maxDistance", degrees(geo.Distance(at, model.Location{Lat: lat + up, Lng: lng - right}))),
			get("/api/v1.0/sensors", "refPoint", ref, "maxDistance", metres, "maxSensors", "20"),
			get("/api/v1.0/sensors", "refPoint", ref, "numNearest", "5"),
			get("/api/v1.0/sensors", "refPoint", away, "numNearest", "30", "measurandId", strconv.Itoa(1+random.IntN(12)), "maxSensors", "7"),
			get("/api/v1.0/sensors", "refPoint", away, "maxDistance", "30000", "minAccuracy", "3", "maxAccuracy", "7", "requiresAttribution", "true"),
		)
	}
	for _, metres := range []string{"-1", "-1e-9", "1e-9", "3e7", "1e300"} {
		all = append(all, get("/api/v1.0/sensors", "refPoint", "52.5,13.4", "maxDistance", metres, "maxSensors", "3"))
	}
	for _, number := range []string{"0", "1", "2147483647", "2147483648"} {
		all = append(all, get("/api/v1.0/sensors", "refPoint", "90,-180", "numNearest", number, "maxSensors", "3", "maxAccuracy", number))
	}
	all = append(all,
		get("/api/v1.0/sensors", "requiresAttribution", "false", "requiresShareAlike", "true"), // no licence has both
		get("/api/v1.0/sensors", "requiresAttribution", "false", "maxSensors", "5"))
	return append(all, get("/"), get("/api/v1.0/sensors"), get("/api/v1.0/sensors", "measurandId", "6", "maxSensors", "9"), get("/api/v1.0/sensors", "measurandId", "99"))
}

// valueRequests look for values of sensors, and of the sensors of areas.
func valueRequests(size Size, rounds int) (all []request) {
	random := rand.New(rand.NewPCG(3, 4))
	sensors := seed.Sensors(size.Sensors)
	for range rounds {
		s := sensors[random.IntN(len(sensors))]
		path := fmt.Sprintf("/api/v1.0/sensors/%d", s.ID)
		of := seed.Values(s, size.Values)
		from, to := of[random.IntN(len(of))].Timestamp, of[random.IntN(len(of))].Timestamp
		first, last := from.Format(time.RFC3339Nano), to.Format(time.RFC3339Nano)
		box := degrees(s.Location.Lat, s.Location.Lng, s.Location.Lat+0.2, s.Location.Lng+0.2)
		all = append(all,
			get(path), get(path+"/values"), get(path+"/values/first"), get(path+"/values/last"), get(path+"/values/firstlast"),
			get(path+"/values", "minTimestamp", first, "maxTimestamp", last),
			get(path+"/values", "minTimestamp", from.Add(1).Format(time.RFC3339Nano)),
			get(path+"/values", "maxTimestamp", to.Add(-1).Format(time.RFC3339Nano), "minValue", "5"),
			get(path+"/values", "aggregationType", "avg", "aggregationRange", "PT6H"),
			get("/api/v1.0/values", "boundingBox", box),
			get("/api/v1.0/values", "boundingBox", box, "minTimestamp", first, "aggregationType", "max", "aggregationRange", "P1D"),
			get("/api/v1.0/values", "refPoint", degrees(s.Location.Lat, s.Location.Lng), "maxDistance", "9000", "maxTimestamp", last),
			get(fmt.Sprintf("/view/%d", s.ID)),
		)
	}
	return append(all, get("/api/v1.0/values"), get("/api/v1.0/sensors/0/values"), get("/api/v1.0/sensors/99999999/values/last"))
}

// changes are made in this order, in both.
func changes() []request {
	add := func(user int, lat, lng, more string) request {
		return request{"POST", "/api/v1.0/sensors/addSensor",
			`{"measurandId":1,"unitId":1,"location":{"lat":` + lat + `,"lng":` + lng + `},"accuracy":5,"licenseId":1` + more + `}`, user}
	}
	year := []string{}
	for month := range 12 {
		year = append(year, fmt.Sprintf(`{"timestamp":"2020-%02d-01T00:00:00.005Z","numberValue":0.1}`, month+1))
	}
	several := func(user int, id string, values ...string) request {
		return request{"POST", "/api/v1.0/sensors/addMultipleValues", `{"sensorId":` + id + `,"values":[` + strings.Join(values, ",") + `]}`, user}
	}
	one := func(user int, value string) request {
		return request{"POST", "/api/v1.0/sensors/addValue", value, user}
	}
	west, east := model.Location{Lat: -33, Lng: -70.5}, model.Location{Lat: -33, Lng: -70}
	return []request{
		get("/api/v1.0/values"), // of all sensors
		add(2, "-33", "-70.5", ""),
		add(1, "-33", "-69.5", ""),
		add(1, "-90", "180", `,"sensorModel":"a\u0000b"`),
		add(1, "-90", "180", `,"sensorModel":"ü \ud800 '\\ \u2028","altitudeAboveGround":-0.0,"directionHorizontal":1e-300`),
		add(1, "-0.0", "-180", `,"attributionText":"\u0000"`),
		one(2, `{"sensorId":501,"timestamp":"2020-02-29T23:59:59.005Z","numberValue":3.14}`),
		one(2, `{"sensorId":2,"timestamp":"2019-11-23T00:00:02Z","numberValue":-1}`),
		one(2, `{"sensorId":4,"timestamp":"0001-01-01T00:00:00Z","numberValue":-0.0}`),
		one(2, `{"sensorId":4,"timestamp":"9999-12-31T23:59:59.999999Z","numberValue":1e-45}`),
		several(1, "502", year[6:]...),
		several(1, "502", year...),
		// Of two with the same time, in milliseconds, the later in the list counts.
		several(2, "6", `{"timestamp":"2021-01-01T00:00:00Z","numberValue":5}`, `{"timestamp":"2021-01-01T00:00:00.0001Z","numberValue":3}`),
		several(2, "6", `{"timestamp":"2020-01-01T00:00:00Z","numberValue":3}`, `{"timestamp":"2020-01-01T00:00:00Z","numberValue":5}`),
		{"DELETE", "/api/v1.0/sensors/7", "", 1},
		{"DELETE", "/api/v1.0/sensors/7", "", 1},
		{"DELETE", "/api/v1.0/sensors/9", "", 2},
		get("/api/v1.0/sensors/501/values"), get("/api/v1.0/sensors/502/values"), get("/api/v1.0/sensors/502/values/firstlast"),
		get("/api/v1.0/sensors/2/values"), get("/api/v1.0/sensors/4/values"), get("/api/v1.0/sensors/4/values", "minTimestamp", "0001-01-01T00:00:00Z"),
		get("/api/v1.0/sensors/6/values"), get("/api/v1.0/sensors/6/values/last"), get("/api/v1.0/sensors/7"),
		get("/api/v1.0/sensors/503"), get("/api/v1.0/sensors/504"), get("/view/504"), get("/api/v1.0/values"),
		get("/api/v1.0/sensors", "refPoint", "-33,-70", "numNearest", "1"), // as far from both
		get("/api/v1.0/sensors", "refPoint", "-33,-70", "maxDistance", degrees(geo.Distance(west, east))),
		get("/api/v1.0/sensors", "boundingBox", "-90,-180,90,180", "maxSensors", "2"),
		get("/api/v1.0/sensors", "boundingPolygon", "-33,-71,-33,-69,-32,-70"),
		{"GET", "/api/v1.0/sensors/mysensorids", "", 1},
		{"GET", "/api/v1.0/users/profile", "", 2},
		{"POST", "/api/v1.0/users/login", `{"username":"a\u0000","password":"x"}`, 0},
	}
}

// testChanges changes both in the same way, with ids and all, and wants the databases fresh after that.
func testChanges(t *testing.T, d *Databases) {
	p := newPair(t, d, small)
	for _, r := range changes() {
		p.same(t, r)
	}
	for range 2 { // the second has only what the first put back
		if err := d.Fresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		p = newPair(t, d, small)
		for _, r := range changes()[:8] {
			p.same(t, r)
		}
	}
}

// testAction has the test of the action replay the request file on the databases.
func testAction(t *testing.T, d *Databases) {
	if err := d.Fresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	env, err := d.Env()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-v", "-run", "^TestSameAnswers$", "./action")
	cmd.Dir, cmd.Env = "..", append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestSameAnswers/action") {
		t.Errorf("%v: %v\n%s", cmd, err, out)
	}
}

// testSecured wants the servers to refuse what is not secure, each for its reason.
func testSecured(t *testing.T, d *Databases) {
	other, _, _, err := makeCertificates(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	otherCA := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(otherCA, other, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		what  string
		spoil func(*config.Config)
		want  string
	}{
		{"PostgreSQL with a wrong password", func(c *config.Config) { c.PostgresURL = d.postgresURL(name, "wrong", name) }, "password authentication failed"},
		{"PostgreSQL without TLS", func(c *config.Config) {
			c.PostgresURL = strings.Replace(c.PostgresURL, "sslmode=verify-full", "sslmode=disable", 1)
		}, "no encryption"},
		{"PostgreSQL with another authority", func(c *config.Config) {
			c.PostgresURL = strings.Replace(c.PostgresURL, url.QueryEscape(c.CassandraCA), url.QueryEscape(otherCA), 1)
		}, "unknown authority"},
		{"Cassandra with a wrong password", func(c *config.Config) { c.CassandraPassword = "wrong" }, "and/or password are incorrect"},
		{"Cassandra without a password", func(c *config.Config) { c.CassandraUser = "" }, "authentication required"},
		{"Cassandra with the known administrator", func(c *config.Config) {
			c.CassandraUser, c.CassandraPassword = "cassandra", "cassandra"
		}, "and/or password are incorrect"},
		{"Cassandra without TLS", func(c *config.Config) { c.CassandraCA = "" }, "open cassandra: "},
		{"Cassandra with another authority", func(c *config.Config) { c.CassandraCA = otherCA }, "unknown authority"},
	} {
		cfg := d.Config()
		test.spoil(&cfg)
		s, err := store.Open(t.Context(), cfg)
		if err == nil {
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", test.what, err, test.want)
		}
	}
}

// testOutage wants each server to be away alone, in both ways, and to come back; and what drop ends to be welcome again.
func testOutage(t *testing.T, d *Databases) {
	for _, away := range []struct {
		how  string
		make func(context.Context, string) error
	}{
		{"refuse", func(ctx context.Context, server string) error { return d.Refuse(ctx, server) }},
		{"hang", func(_ context.Context, server string) error { return d.Hang(server) }},
	} {
		for i, server := range Servers() {
			if err := away.make(t.Context(), server); err != nil {
				t.Fatal(err)
			}
			got := askBoth(t, d)
			if err := d.Answer(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got[i] == nil || got[1-i] != nil {
				t.Errorf("%s %s: %v say %v", away.how, server, Servers(), got)
			}
			if got := askBoth(t, d); got[0] != nil || got[1] != nil {
				t.Errorf("after %s %s: %v say %v", away.how, server, Servers(), got)
			}
		}
	}
	err := d.asAdmin(t.Context(), name, func(conn *pgx.Conn) error {
		if err := d.Drop(t.Context()); err != nil {
			t.Fatal(err)
		}
		return conn.Ping(t.Context())
	})
	if err == nil {
		t.Error("a connection to PostgreSQL is there after drop")
	}
	if got := askBoth(t, d); got[0] != nil || got[1] != nil {
		t.Errorf("after drop: %v say %v", Servers(), got)
	}
}

// askBoth returns what comes of a new connection to each server.
func askBoth(t *testing.T, d *Databases) [2]error {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	postgres := d.asAdmin(ctx, name, func(conn *pgx.Conn) error { return conn.Ping(ctx) })
	cfg := d.Config()
	cfg.ConnectTimeout = time.Second
	session, cassandra := migrate.Session(cfg, name)
	if cassandra == nil {
		session.Close()
	}
	return [2]error{postgres, cassandra}
}
