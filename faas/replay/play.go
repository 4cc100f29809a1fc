package replay

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
)

// A Doer has an application answer one request. An error means that there was no answer.
type Doer func(ctx context.Context, r Request) (Answer, error)

// host is what a request is sent to that does not say so itself: an answer must not depend on where a version runs.
const host = "example.com"

// Incoming returns the request as a server hands it to a handler, or an error if it is none that HTTP can carry.
func (r Request) Incoming(ctx context.Context) (*http.Request, error) {
	head := r.Method + " " + r.URI() + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n"
	hr, err := http.ReadRequest(bufio.NewReader(strings.NewReader(head)))
	if err != nil {
		return nil, fmt.Errorf("request %s %s: %w", r.Method, r.URI(), err)
	}
	hr.RemoteAddr = "127.0.0.1:1234"
	hr.ContentLength = int64(len(r.Body))
	if len(r.Body) > 0 { // as on a server, a body is never nil
		hr.Body = io.NopCloser(bytes.NewReader(r.Body))
	}
	setHeaders(hr, r)
	return hr.WithContext(ctx), nil
}

// Handler returns a Doer that calls a handler in this process.
func Handler(h http.Handler) Doer {
	return func(ctx context.Context, r Request) (Answer, error) {
		hr, err := r.Incoming(ctx)
		if err != nil {
			return Answer{}, err
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, hr)
		return NewAnswer(w.Code, w.Result().Header, w.Body.Bytes()), nil
	}
}

// Server returns a Doer that sends to a server, such as http://127.0.0.1:8080. It follows no redirects.
func Server(base string) Doer {
	client := &http.Client{
		// Compression is the connection's: asked for by the transport, the application would see it.
		Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 100},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return func(ctx context.Context, r Request) (Answer, error) {
		hr, err := http.NewRequestWithContext(ctx, r.Method, base+r.URI(), bytes.NewReader(r.Body))
		if err != nil {
			return Answer{}, fmt.Errorf("%s %s: %w", r.Method, r.URI(), err)
		}
		hr.Host = host
		setHeaders(hr, r)
		resp, err := client.Do(hr)
		if err != nil {
			return Answer{}, err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return Answer{}, fmt.Errorf("%s %s: read answer: %w", r.Method, r.URI(), err)
		}
		return NewAnswer(resp.StatusCode, resp.Header, body), nil
	}
}

func setHeaders(hr *http.Request, r Request) {
	for name, value := range r.Headers {
		hr.Header.Set(name, value)
	}
	if host := hr.Header.Get("Host"); host != "" {
		hr.Host = host
		hr.Header.Del("Host")
	}
}

// A Player sends exchanges in order and remembers what they save. It is not safe for concurrent use.
type Player struct {
	do    Doer
	saved map[string]string
}

// NewPlayer returns a player that sends to an application.
func NewPlayer(do Doer) *Player { return &Player{do, map[string]string{}} }

// Send sends the request of an exchange, with what earlier ones saved, and saves what this one says. When something to
// save is not in the answer, it returns the answer and an error.
func (p *Player) Send(ctx context.Context, e Exchange) (Answer, error) {
	a, err := p.do(ctx, p.Fill(e.Request))
	if err != nil {
		return a, err
	}
	for _, name := range slices.Sorted(maps.Keys(e.Save)) {
		m := regexp.MustCompile(e.Save[name]).FindSubmatch(a.Body) // Inv: Read has compiled it
		if m == nil {
			return a, fmt.Errorf("save %s: %s does not match the body %.200q (status %d)", name, e.Save[name], a.Body, a.Status)
		}
		p.saved[name] = string(m[1])
	}
	return a, nil
}

// Fill returns the request with what was saved in the place of each ${NAME}. Other text of this form stays.
func (p *Player) Fill(r Request) Request {
	var pairs []string
	for name, value := range p.saved {
		pairs = append(pairs, "${"+name+"}", value)
	}
	fill := strings.NewReplacer(pairs...)
	r.Path, r.Query, r.Body = fill.Replace(r.Path), fill.Replace(r.Query), Body(fill.Replace(string(r.Body)))
	headers := make(map[string]string, len(r.Headers))
	for name, value := range r.Headers {
		headers[name] = fill.Replace(value)
	}
	r.Headers = headers
	return r
}

// Record sends all requests and returns them with the answers that they got. What a mask covers is recorded as "*".
func Record(ctx context.Context, do Doer, all []Exchange) ([]Exchange, error) {
	p := NewPlayer(do)
	recorded := slices.Clone(all)
	for i := range recorded {
		e := &recorded[i]
		a, err := p.Send(ctx, *e)
		if err != nil {
			return nil, fmt.Errorf("record request %d, %s %s: %w", i+1, e.Method, e.URI(), err)
		}
		a = masked(a, *e)
		e.Answer = &a
	}
	return recorded, nil
}

// A Difference is one thing in which an answer is not as recorded.
type Difference struct {
	Request int    `json:"request"` // counted from 1
	Method  string `json:"method"`
	URI     string `json:"uri"`
	What    string `json:"what"` // answer (there was none), status, body, or header NAME
	Want    string `json:"want"`
	Got     string `json:"got"`
}

func (d Difference) String() string {
	return fmt.Sprintf("request %d, %s %s: %s:\n\tgot  %s\n\twant %s", d.Request, d.Method, d.URI, d.What, d.Got, d.Want)
}

// Compare sends all requests and returns in what their answers differ. A request without an answer is a difference,
// and those after it are sent all the same; only the end of ctx, and an exchange that was never recorded, is an error.
func Compare(ctx context.Context, do Doer, all []Exchange) ([]Difference, error) {
	return NewPlayer(do).Compare(ctx, all)
}

// Compare is as the function of this name, with what the player saved before, and for what it will fill in later.
func (p *Player) Compare(ctx context.Context, all []Exchange) (differences []Difference, err error) {
	for i, e := range all {
		if e.Answer == nil {
			return nil, fmt.Errorf("request %d, %s %s: has no answer to compare with; record it first", i+1, e.Method, e.URI())
		}
		got, err := p.Send(ctx, e)
		if ctx.Err() != nil {
			return differences, fmt.Errorf("replay request %d: %w", i+1, context.Cause(ctx))
		}
		found := compare(got, e)
		if err != nil {
			found = []Difference{{What: "answer", Want: "an answer", Got: err.Error()}}
		}
		for _, d := range found {
			d.Request, d.Method, d.URI = i+1, e.Method, e.URI()
			differences = append(differences, d)
		}
	}
	return differences, nil
}

func compare(got Answer, e Exchange) (found []Difference) {
	got, want := masked(got, e), masked(*e.Answer, e)
	if got.Status != want.Status {
		found = append(found, Difference{What: "status", Want: fmt.Sprint(want.Status), Got: fmt.Sprint(got.Status)})
	}
	names := maps.Clone(got.Headers)
	if names == nil {
		names = map[string]string{}
	}
	maps.Copy(names, want.Headers)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if normal(got.Headers[name]) != normal(want.Headers[name]) {
			found = append(found, Difference{What: "header " + name, Want: want.Headers[name], Got: got.Headers[name]})
		}
	}
	if !bytes.Equal(got.Body, want.Body) {
		found = append(found, Difference{What: "body", Want: string(want.Body), Got: string(got.Body)})
	}
	return found
}

// normal is a header's value without the spaces that gateways put after commas or not.
func normal(value string) string { return strings.ReplaceAll(value, ", ", ",") }

// masked returns the answer with "*" where it may differ.
func masked(a Answer, e Exchange) Answer {
	a.Headers = maps.Clone(a.Headers)
	for _, name := range e.MaskHeaders {
		if name = http.CanonicalHeaderKey(name); a.Headers[name] != "" {
			a.Headers[name] = "*"
		}
	}
	for _, pattern := range e.Mask {
		a.Body = mask(a.Body, regexp.MustCompile(pattern)) // Inv: Read has compiled it
	}
	return a
}

func mask(body []byte, re *regexp.Regexp) []byte {
	var out []byte
	done := 0
	for _, m := range re.FindAllSubmatchIndex(body, -1) {
		groups := m[2:]
		if re.NumSubexp() == 0 {
			groups = m
		}
		for i := 0; i < len(groups); i += 2 {
			if groups[i] < done { // unmatched (-1), or inside the group before
				continue
			}
			out = append(append(out, body[done:groups[i]]...), '*')
			done = groups[i+1]
		}
	}
	return append(out, body[done:]...)
}
