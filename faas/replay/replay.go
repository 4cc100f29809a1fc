// Package replay records what an HTTP application answers and asks later whether it, or another version of it, still
// answers the same.
//
// A request file has one [Exchange] as JSON on each line: a request and, once recorded, its answer. The order matters,
// since a later request may see what an earlier one stored:
//
//	{"method":"POST","path":"/login","body":"…","save":{"token":"\"id\":\"([^\"]+)\""},"mask":["\"id\":\"([^\"]+)\""]}
//	{"name":"my things","method":"GET","path":"/things","query":"mine=true","headers":{"Authorization":"${token}"}}
//
// [Record] fills in the answers of the version that is right, [Compare] lists where another one differs.
package replay

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"unicode/utf8"
)

// An Exchange is a request, how to look at its answer, and the answer that is right.
type Exchange struct {
	// Name groups the requests whose time is of interest. It may be empty, and the same for many.
	Name string `json:"name,omitempty"`
	Request
	// Save remembers a part of the answer's body, such as a token: ${NAME} in a later request stands for what the first
	// group of the regular expression matched.
	Save map[string]string `json:"save,omitempty"`
	// Mask are regular expressions. What their groups match in the body, or the whole match of one without groups, may
	// differ from answer to answer.
	Mask []string `json:"mask,omitempty"`
	// MaskHeaders are names of headers that may differ.
	MaskHeaders []string `json:"maskHeaders,omitempty"`
	// Answer is nil before the exchange is recorded.
	Answer *Answer `json:"answer,omitempty"`
}

// A Request is an HTTP request, without what belongs to the connection.
type Request struct {
	Method  string            `json:"method"`
	Path    string            `json:"path"`            // as it is sent, escaped
	Query   string            `json:"query,omitempty"` // as it is sent, without the question mark
	Headers map[string]string `json:"headers,omitempty"`
	Body    Body              `json:"body,omitempty"`
}

// URI returns path and query as they stand in the first line of an HTTP request.
func (r Request) URI() string {
	if r.Query == "" {
		return r.Path
	}
	return r.Path + "?" + r.Query
}

// An Answer is an HTTP answer with the headers that are the application's own.
type Answer struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers,omitempty"` // by canonical name; values of a repeated one joined by commas
	Body    Body              `json:"body,omitempty"`
}

// NewAnswer returns the answer with the given parts. Headers that belong to the connection are left out.
func NewAnswer(status int, header http.Header, body []byte) Answer {
	a := Answer{Status: status, Body: body}
	for name, values := range header {
		if ofConnection(name) || len(values) == 0 {
			continue
		}
		if a.Headers == nil {
			a.Headers = map[string]string{}
		}
		a.Headers[http.CanonicalHeaderKey(name)] = joined(name, values)
	}
	return a
}

// joined returns the one value that repeated ones stand for: gateways join them, with and without a space.
func joined(name string, values []string) string {
	if http.CanonicalHeaderKey(name) == "Set-Cookie" {
		return strings.Join(values, "\n") // a cookie may hold commas
	}
	return strings.Join(values, ",")
}

// ofConnection reports whether a header says nothing of the application: a gateway or the server library sets it.
func ofConnection(name string) bool {
	switch http.CanonicalHeaderKey(name) {
	case "Connection", "Content-Length", "Date", "Keep-Alive", "Trailer", "Transfer-Encoding":
		return true
	}
	return false
}

// A Body is a string in JSON if it is text, and {"base64":"…"} if it is not.
type Body []byte

type binary struct {
	Base64 string `json:"base64"`
}

// MarshalJSON implements json.Marshaler.
func (b Body) MarshalJSON() ([]byte, error) {
	if !utf8.Valid(b) {
		return json.Marshal(binary{base64.StdEncoding.EncodeToString(b)})
	}
	return marshal(string(b))
}

// UnmarshalJSON implements json.Unmarshaler.
func (b *Body) UnmarshalJSON(text []byte) error {
	var plain string
	if err := json.Unmarshal(text, &plain); err == nil {
		*b = Body(plain)
		return nil
	}
	var coded binary
	if err := strict(text, &coded); err != nil {
		return fmt.Errorf(`body: want a string or {"base64":"…"}: %w`, err)
	}
	decoded, err := base64.StdEncoding.DecodeString(coded.Base64)
	*b = decoded
	return err
}

// marshal keeps <, > and & readable.
func marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), err
}

// strict refuses fields that it does not know: a misspelt mask would be no mask.
func strict(text []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return err
	}
	if dec.More() {
		return errors.New("more than one JSON value")
	}
	return nil
}

// Read reads a request file. Empty lines are passed over; an error names the line.
func Read(r io.Reader) ([]Exchange, error) {
	var all []Exchange
	lines := bufio.NewReader(r)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return nil, fmt.Errorf("read requests: %w", err)
		}
		if text := bytes.TrimSpace(line); len(text) > 0 {
			e, err := parse(text)
			if err != nil {
				return nil, fmt.Errorf("requests, line %d: %w", n, err)
			}
			all = append(all, e)
		}
		if err == io.EOF {
			break
		}
	}
	if len(all) == 0 {
		return nil, errors.New("requests: there are none")
	}
	return all, nil
}

// ReadFile reads the request file of a name.
func ReadFile(name string) ([]Exchange, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read requests: %w", err)
	}
	defer f.Close()
	all, err := Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return all, nil
}

func parse(text []byte) (e Exchange, err error) {
	if err := strict(text, &e); err != nil {
		return e, err
	}
	if e.Method == "" || !strings.HasPrefix(e.Path, "/") {
		return e, fmt.Errorf("want a method and a path that begins with /, got %q %q", e.Method, e.Path)
	}
	if strings.Contains(e.Path, "?") {
		return e, fmt.Errorf("path %q: what follows ? belongs into query", e.Path)
	}
	if _, err := e.Incoming(context.Background()); err != nil {
		return e, err
	}
	for name, pattern := range e.Save {
		re, err := regexp.Compile(pattern)
		if err == nil && re.NumSubexp() == 0 {
			err = errors.New("want a group, in parentheses")
		}
		if err != nil {
			return e, fmt.Errorf("save %s: %w", name, err)
		}
	}
	for _, pattern := range e.Mask {
		if _, err := regexp.Compile(pattern); err != nil {
			return e, fmt.Errorf("mask: %w", err)
		}
	}
	return e, nil
}

// Write writes a request file.
func Write(w io.Writer, all []Exchange) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, e := range all {
		if err := enc.Encode(e); err != nil {
			return fmt.Errorf("write requests: %w", err)
		}
	}
	return nil
}
