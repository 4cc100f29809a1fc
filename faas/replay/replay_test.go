package replay_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/faaslint/faaslint/faas/replay"
)

// counter stands for an application that stores: it hands out tokens, and counts for those who bring one.
type counter struct {
	visits int
	bug    string // what this version does wrong
}

func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Request", fmt.Sprintf("%p", r))
	switch {
	case r.URL.Path == "/login":
		fmt.Fprintf(w, `{"id":"secret%d","for":"all"}`, c.visits)
		c.visits++
	case r.URL.Path == "/binary":
		w.Header().Set("Content-Type", "image/png")
		body, _ := io.ReadAll(r.Body)
		w.Write(append([]byte{0xff, 0}, body...))
	case !strings.HasPrefix(r.Header.Get("Authorization"), "secret") || c.bug == "status":
		w.WriteHeader(http.StatusUnauthorized)
	default:
		if c.bug == "header" {
			w.Header().Set("Cache-Control", "no-store")
		}
		w.Header()["Vary"] = []string{"Origin", "Cookie"}
		fmt.Fprintf(w, "visit of %s <%s>%s", r.URL.Path, r.URL.RawQuery, c.bug)
	}
}

const file = `{"method":"POST","path":"/login","save":{"token":"\"id\":\"([^\"]+)"},"mask":["\"id\":\"([^\"]+)"],"maskHeaders":["x-request"]}

{"name":"visit","method":"GET","path":"/visit","query":"a=%2B&b=[1]","headers":{"Authorization":"${token}"},"maskHeaders":["X-Request"]}
{"method":"GET","path":"/visit","headers":{"Authorization":"${unknown}"},"maskHeaders":["X-Request"]}
{"method":"PUT","path":"/binary","body":{"base64":"/wD+"},"maskHeaders":["X-Request"]}
`

func read(t *testing.T, text string) []replay.Exchange {
	t.Helper()
	all, err := replay.Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// recorded returns the file with the answers of a counter, and shows that writing and reading keep them.
func recorded(t *testing.T) []replay.Exchange {
	t.Helper()
	all, err := replay.Record(t.Context(), replay.Handler(&counter{}), read(t, file))
	if err != nil {
		t.Fatal(err)
	}
	var once, twice bytes.Buffer
	if err := replay.Write(&once, all); err != nil {
		t.Fatal(err)
	}
	all = read(t, once.String())
	if err := replay.Write(&twice, all); err != nil || once.String() != twice.String() {
		t.Fatalf("%v: wrote\n%sthen\n%s", err, &once, &twice)
	}
	return all
}

func TestRecord(t *testing.T) {
	all := recorded(t)
	for i, want := range []string{
		`200 map[Content-Type:text/plain; charset=utf-8 X-Request:*] {"id":"*","for":"all"}`,
		`200 map[Content-Type:text/plain; charset=utf-8 Vary:Origin,Cookie X-Request:*] visit of /visit <a=%2B&b=[1]>`,
		`401 map[X-Request:*] `,
		"200 map[Content-Type:image/png X-Request:*] \xff\x00\xff\x00\xfe",
	} {
		a := all[i].Answer
		if got := fmt.Sprintf("%d %v %s", a.Status, a.Headers, a.Body); got != want {
			t.Errorf("request %d: got %q, want %q", i+1, got, want)
		}
	}
}

func TestCompare(t *testing.T) {
	all := recorded(t)
	for bug, want := range map[string][]string{
		"":       nil,
		"status": {"header Content-Type", "header Vary", "status", "body"},
		"header": {"header Cache-Control", "body"},
		"body":   {"body"},
	} {
		for name, do := range doers(t, &counter{visits: 7, bug: bug}) {
			differences, err := replay.Compare(t.Context(), do, all)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]bool{}
			for _, d := range differences {
				got[d.What] = true
				if d.Request != 2 || d.URI != "/visit?a=%2B&b=[1]" {
					t.Errorf("%s, %q: %v", name, bug, d)
				}
			}
			if len(got) != len(want) {
				t.Errorf("%s, %q: got %v, want %v", name, bug, differences, want)
			}
			for _, what := range want {
				if !got[what] {
					t.Errorf("%s, %q: got %v, want %v", name, bug, differences, want)
				}
			}
		}
	}
}

// doers are the ways to the same handler.
func doers(t *testing.T, h http.Handler) map[string]replay.Doer {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return map[string]replay.Doer{"handler": replay.Handler(h), "server": replay.Server(s.URL)}
}

// TestNoAnswer wants a request without an answer to be a difference, not the end.
func TestNoAnswer(t *testing.T) {
	all := recorded(t)
	do := replay.Handler(&counter{})
	broken := func(ctx context.Context, r replay.Request) (replay.Answer, error) {
		if r.Path == "/login" {
			return replay.Answer{}, errors.New("instance is gone")
		}
		return do(ctx, r)
	}
	differences, err := replay.Compare(t.Context(), broken, all)
	if err != nil || len(differences) != 5 || differences[0].What != "answer" || differences[1].What != "status" {
		t.Errorf("%v: %v", err, differences) // nobody saved a token: the second request is not let in
	}
}

func TestCompareUnrecorded(t *testing.T) {
	if _, err := replay.Compare(t.Context(), replay.Handler(&counter{}), read(t, file)); err == nil {
		t.Error("compared with answers that were never recorded")
	}
}

func TestSaveWithoutMatch(t *testing.T) {
	all := read(t, `{"method":"POST","path":"/login","save":{"token":"nothing (here)"}}`)
	if _, err := replay.Record(t.Context(), replay.Handler(&counter{}), all); err == nil || !strings.Contains(err.Error(), "save token") {
		t.Errorf("got %v", err)
	}
}

func TestReadErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "there are none",
		"\n{":                                  "line 2: unexpected EOF",
		`{"method":"GET"}`:                     "line 1: want a method and a path",
		`{"method":"GET","path":"/a?b=c"}`:     "belongs into query",
		`{"method":"GET","path":"/a b"}`:       "request GET /a b: malformed",
		`{"method":"GET","path":"/","maks":1}`: `unknown field "maks"`,
		`{"method":"GET","path":"/","mask":["("]}`:            "mask: error parsing regexp",
		`{"method":"GET","path":"/","save":{"a":"b"}}`:        "save a: want a group",
		`{"method":"GET","path":"/","body":{"base46":""}}`:    "want a string or",
		`{"method":"GET","path":"/","body":{"base64":"***"}}`: "illegal base64",
		`{"method":"GET","path":"/"} {}`:                      "more than one",
	} {
		if _, err := replay.Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
	}
}
