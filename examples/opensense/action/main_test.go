package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/faaslint/faaslint/examples/opensense/auth"
	"github.com/faaslint/faaslint/examples/opensense/config"
	"github.com/faaslint/faaslint/examples/opensense/server"
	"github.com/faaslint/faaslint/examples/opensense/store"
	"github.com/faaslint/faaslint/faas/openwhisk"
)

const requestFile = "../testdata/requests.jsonl"

var update = flag.Bool("update", false, "write the answers of the server into "+requestFile)

// An exchange is a line of the request file. The lines are in order: later ones see what earlier ones stored.
type exchange struct {
	Method   string            `json:"method"`
	Path     string            `json:"path"`
	Headers  map[string]string `json:"headers,omitempty"`
	User     string            `json:"user,omitempty"` // whose token to send
	Body     string            `json:"body,omitempty"`
	SkipBody bool              `json:"skipBody,omitempty"` // the answer is different each time
	Status   int               `json:"status"`
	Want     string            `json:"want,omitempty"`
}

func (e exchange) send(t *testing.T, h http.Handler, tokens map[string]string) (status int, body string) {
	t.Helper()
	r := httptest.NewRequest(e.Method, e.Path, strings.NewReader(e.Body))
	if e.Body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, value := range e.Headers {
		r.Header.Set(name, value)
	}
	if e.User != "" {
		r.Header.Set("Authorization", tokens[e.User])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// logIn returns a token of each user.
func logIn(t *testing.T, h http.Handler) map[string]string {
	t.Helper()
	tokens := map[string]string{}
	for user, password := range map[string]string{"opensense": "sunshine", "weather": "raincoat"} {
		e := exchange{Method: "POST", Path: "/api/v1.0/users/login", Body: fmt.Sprintf(`{"username":%q,"password":%q}`, user, password)}
		status, body := e.send(t, h, nil)
		var answer struct{ ID string }
		if err := json.Unmarshal([]byte(body), &answer); err != nil || status != http.StatusOK {
			t.Fatalf("login: %d %s, %v", status, body, err)
		}
		tokens[user] = answer.ID
	}
	return tokens
}

func readExchanges(t *testing.T) (all []exchange) {
	t.Helper()
	text, err := os.ReadFile(requestFile)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e exchange
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatalf("%s: %v", lines.Bytes(), err)
		}
		all = append(all, e)
	}
	return all
}

func newServer(t *testing.T, memory *store.Memory) *server.Server {
	t.Helper()
	s, err := server.New(context.Background(), config.Load(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s.Store = &store.Store{Meta: memory, Values: memory}
	return s
}

// TestSameAnswers replays the request file through the server and through the action.
func TestSameAnswers(t *testing.T) {
	exchanges := readExchanges(t)
	function := openwhisk.Gateway(Main)
	if status, _ := (exchange{Method: "GET", Path: "/api/v1.0/sensors/501"}).send(t, function, nil); status != http.StatusNotFound {
		t.Skip("the action's data have been changed by an earlier run in this process")
	}
	original := newServer(t, store.NewMemory(500, 48)).Handler()
	if *update {
		record(t, original, exchanges)
		original = newServer(t, store.NewMemory(500, 48)).Handler()
	}
	for name, h := range map[string]http.Handler{"server": original, "action": function} {
		t.Run(name, func(t *testing.T) {
			tokens := logIn(t, h)
			for i, e := range exchanges {
				status, body := e.send(t, h, tokens)
				if status != e.Status || body != e.Want && !e.SkipBody {
					t.Errorf("line %d: %s %s:\ngot  %d %s\nwant %d %s", i+1, e.Method, e.Path, status, body, e.Status, e.Want)
				}
			}
		})
	}
}

func record(t *testing.T, h http.Handler, exchanges []exchange) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	tokens := logIn(t, h)
	for i := range exchanges {
		e := &exchanges[i]
		e.Status, e.Want = e.send(t, h, tokens)
		if e.SkipBody {
			e.Want = ""
		}
		if err := enc.Encode(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(requestFile, buf.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestSameHeaders compares what the request file has not.
func TestSameHeaders(t *testing.T) {
	function := openwhisk.Gateway(Main)
	original := newServer(t, store.NewMemory(500, 48)).Handler()
	for _, path := range []string{"/", "/apidocs.json", "/api/v1.0/sensors/1", "/api/v1.0/sensors/999", "/nothing"} {
		var headers [2]http.Header
		for i, h := range []http.Handler{original, function} {
			r := httptest.NewRequest("GET", path, nil)
			r.Header.Set("Origin", "https://opensense.network")
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			headers[i] = w.Result().Header
		}
		same := func(a, b []string) bool { return strings.Join(a, "\n") == strings.Join(b, "\n") }
		if !maps.EqualFunc(headers[0], headers[1], same) {
			t.Errorf("%s:\nserver %v\naction %v", path, headers[0], headers[1])
		}
	}
}

func TestTooLarge(t *testing.T) {
	memory := store.NewMemory(2, 30_000)
	h := newServer(t, memory).Handler()
	for path, want := range map[string]int{
		"/api/v1.0/sensors/1/values":         http.StatusOK,
		"/api/v1.0/values":                   http.StatusRequestTimeout,
		"/api/v1.0/values?maxSensors=1":      http.StatusOK,
		"/api/v1.0/values?measurandId=3":     http.StatusOK,
		"/api/v1.0/values?minTimestamp=2023": http.StatusBadRequest,
	} {
		if got, _ := (exchange{Method: "GET", Path: path}).send(t, h, nil); got != want {
			t.Errorf("%s: got %d, want %d", path, got, want)
		}
	}
}

func TestExpiredToken(t *testing.T) {
	signer, err := auth.NewSigner(config.Load())
	if err != nil {
		t.Fatal(err)
	}
	token, err := signer.Token(1, time.Now().Add(-61*time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	e := exchange{Method: "GET", Path: "/api/v1.0/users/profile", User: "old"}
	if status, body := e.send(t, openwhisk.Gateway(Main), map[string]string{"old": token}); status != http.StatusUnauthorized {
		t.Errorf("got %d %s", status, body)
	}
}

func TestMainWithoutKey(t *testing.T) {
	t.Setenv("OPENSENSE_STORE", "real")
	t.Setenv("OPENSENSE_JWT_KEY", "")
	if got := Main(nil); got["statusCode"] != http.StatusInternalServerError {
		t.Errorf("got %v", got)
	}
}

// TestStoreDown says what clients see while the databases are away: an error, and soon.
func TestStoreDown(t *testing.T) {
	key, err := os.ReadFile("../auth/demo_key.pem")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("OPENSENSE_STORE", "real")
	t.Setenv("OPENSENSE_JWT_KEY", string(key))
	t.Setenv("OPENSENSE_POSTGRES_URL", "postgres://opensense@127.0.0.1:1/opensense")
	status, body := exchange{Method: "GET", Path: "/api/v1.0/sensors/1"}.send(t, openwhisk.Gateway(Main), nil)
	if status != http.StatusInternalServerError || body != `{"error":"internal error"}`+"\n" {
		t.Errorf("got %d %s", status, body)
	}
}
