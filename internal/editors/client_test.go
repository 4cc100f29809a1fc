package editors

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/faaslint/faaslint/internal/editors/jsonrpc"
)

// patience is for a machine with other work; what is waited for takes a second or two on an idle one.
const patience = 3 * time.Minute

// A client is a small editor: it opens files, changes them without saving, and remembers the diagnostics it was sent.
type client struct {
	t   *testing.T
	dir string
	in  io.WriteCloser

	mu      sync.Mutex // guards what follows, and writing
	next    int
	answers map[int]chan jsonrpc.Message
	diags   map[string][]diagnostic // by file
	text    map[string]string
	version map[string]int
	sent    chan struct{} // closed, and replaced, when diagnostics arrive
	gone    error         // why nothing more is read from the server
}

type (
	position struct{ Line, Character int }
	span     struct{ Start, End position }
	location struct {
		URI   string
		Range span
	}
	diagnostic struct {
		Range              span
		Severity           int
		Code               any
		CodeDescription    struct{ Href string }
		Source, Message    string
		RelatedInformation []relatedInformation

		raw json.RawMessage // as the server wants it back
	}
	relatedInformation struct {
		Location location
		Message  string
	}
	action struct {
		Title, Kind string
		Edit        *workspaceEdit
		Command     *struct {
			Command   string
			Arguments []json.RawMessage
		}
	}
	workspaceEdit struct {
		DocumentChanges []struct {
			TextDocument struct{ URI string }
			Edits        []textEdit
		}
	}
	textEdit struct {
		Range   span
		NewText string
	}
)

// start runs the server in a module, with settings of gopls, and ends it with the test.
func start(t *testing.T, dir string, settings map[string]any) *client {
	t.Helper()
	cmd := exec.Command(gopls(t))
	cmd.Dir = dir
	cmd.Stderr = t.Output()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c := &client{t: t, dir: dir, in: in, answers: map[int]chan jsonrpc.Message{}, diags: map[string][]diagnostic{},
		text: map[string]string{}, version: map[string]int{}, sent: make(chan struct{})}
	read := make(chan struct{})
	go func() {
		defer close(read)
		c.read(bufio.NewReader(out))
	}()
	t.Cleanup(func() {
		c.call("shutdown", nil, nil)
		c.notify("exit", nil)
		in.Close()
		stop := time.AfterFunc(patience, func() { cmd.Process.Kill() })
		defer stop.Stop()
		<-read
		if err := cmd.Wait(); err != nil {
			t.Errorf("gopls ended with %v", err)
		}
	})
	c.call("initialize", map[string]any{
		"processId":             os.Getpid(),
		"rootUri":               uriOf(dir),
		"initializationOptions": settings,
		"capabilities": map[string]any{
			"workspace": map[string]any{"applyEdit": true, "workspaceEdit": map[string]any{"documentChanges": true}},
			"textDocument": map[string]any{
				"publishDiagnostics": map[string]any{"relatedInformation": true, "codeDescriptionSupport": true, "versionSupport": true},
				"codeAction": map[string]any{"codeActionLiteralSupport": map[string]any{
					"codeActionKind": map[string]any{"valueSet": []string{"quickfix"}},
				}},
			},
		},
	}, nil)
	c.notify("initialized", map[string]any{})
	return c
}

func uriOf(file string) string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(file)}).String()
}

func (c *client) uri(name string) string { return uriOf(filepath.Join(c.dir, name)) }

// name is the way back.
func (c *client) name(uri string) string {
	u, err := url.Parse(uri)
	if err != nil {
		c.t.Errorf("gopls names a file %q: %v", uri, err)
		return ""
	}
	name, err := filepath.Rel(c.dir, filepath.FromSlash(u.Path))
	if err != nil {
		c.t.Errorf("gopls names a file %q: %v", uri, err)
	}
	return filepath.ToSlash(name)
}

// read takes what the server sends, until it ends.
func (c *client) read(r *bufio.Reader) {
	for {
		m, err := jsonrpc.Read(r)
		if err != nil {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.gone = fmt.Errorf("the server ended: %w", err)
			for _, answer := range c.answers {
				close(answer)
			}
			clear(c.answers)
			close(c.sent)
			c.sent = make(chan struct{})
			return
		}
		switch {
		case m.Method == "":
			c.mu.Lock()
			if answer := c.answers[*m.ID]; answer != nil {
				answer <- m
				delete(c.answers, *m.ID)
			}
			c.mu.Unlock()
		case m.ID != nil:
			c.serve(m)
		case m.Method == "textDocument/publishDiagnostics":
			c.remember(m.Params)
		}
	}
}

// serve answers what the server asks of an editor.
func (c *client) serve(m jsonrpc.Message) {
	result := json.RawMessage("null")
	switch m.Method {
	case "workspace/configuration":
		var asked struct{ Items []any }
		json.Unmarshal(m.Params, &asked)
		result, _ = json.Marshal(make([]any, len(asked.Items)))
	case "workspace/applyEdit":
		var p struct{ Edit workspaceEdit }
		if err := json.Unmarshal(m.Params, &p); err != nil {
			c.t.Errorf("%s: %v", m.Method, err)
		}
		c.apply(&p.Edit)
		result = json.RawMessage(`{"applied":true}`)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.write(jsonrpc.Message{ID: m.ID, Result: result})
}

func (c *client) remember(params json.RawMessage) {
	var p struct {
		URI         string
		Version     int
		Diagnostics []json.RawMessage
	}
	if err := json.Unmarshal(params, &p); err != nil {
		c.t.Errorf("publishDiagnostics: %v", err)
		return
	}
	var list []diagnostic
	for _, raw := range p.Diagnostics {
		d := diagnostic{raw: raw}
		if err := json.Unmarshal(raw, &d); err != nil {
			c.t.Errorf("publishDiagnostics: %v", err)
		}
		list = append(list, d)
	}
	name := c.name(p.URI)
	c.mu.Lock()
	defer c.mu.Unlock()
	if p.Version != 0 && p.Version < c.version[name] {
		return // about a text that is no more
	}
	c.diags[name] = list
	close(c.sent)
	c.sent = make(chan struct{})
}

// write sends a message; its caller holds mu.
func (c *client) write(m jsonrpc.Message) {
	if err := jsonrpc.Write(c.in, m); err != nil {
		c.t.Errorf("writing to the server: %v", err)
	}
}

func (c *client) notify(method string, params any) {
	p, err := json.Marshal(params)
	if err != nil {
		c.t.Fatal(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.write(jsonrpc.Message{Method: method, Params: p})
}

func (c *client) call(method string, params, result any) {
	c.t.Helper()
	p, err := json.Marshal(params)
	if err != nil {
		c.t.Fatal(err)
	}
	answer := make(chan jsonrpc.Message, 1)
	c.mu.Lock()
	if c.gone != nil {
		c.mu.Unlock()
		c.t.Errorf("%s: %v", method, c.gone)
		return
	}
	c.next++
	id := c.next
	c.answers[id] = answer
	c.write(jsonrpc.Message{ID: &id, Method: method, Params: p})
	c.mu.Unlock()
	select {
	case m, ok := <-answer:
		if !ok {
			err = c.gone
		} else if m.Error != nil {
			err = errors.New(string(m.Error))
		} else if result != nil {
			err = json.Unmarshal(m.Result, result)
		}
	case <-time.After(patience):
		err = errors.New("no answer")
	}
	if err != nil {
		c.t.Errorf("%s: %v", method, err)
	}
}

func (c *client) open(name string) {
	c.t.Helper()
	text, err := os.ReadFile(filepath.Join(c.dir, name))
	if err != nil {
		c.t.Fatal(err)
	}
	c.mu.Lock()
	c.text[name], c.version[name] = string(text), 1
	c.mu.Unlock()
	c.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{
		"uri": c.uri(name), "languageId": "go", "version": 1, "text": string(text),
	}})
}

// change replaces the text of a buffer; the file stays as it is.
func (c *client) change(name, text string) {
	c.mu.Lock()
	c.version[name]++
	c.text[name] = text
	version := c.version[name]
	c.mu.Unlock()
	c.notify("textDocument/didChange", map[string]any{
		"textDocument":   map[string]any{"uri": c.uri(name), "version": version},
		"contentChanges": []any{map[string]any{"text": text}},
	})
}

// replace changes what must stand in the buffer once.
func (c *client) replace(name, old, new string) {
	c.t.Helper()
	text := c.buffer(name)
	if strings.Count(text, old) != 1 {
		c.t.Fatalf("%s has %q not once:\n%s", name, old, text)
	}
	c.change(name, strings.Replace(text, old, new, 1))
}

func (c *client) buffer(name string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text[name]
}

// wait returns the diagnostics of a file as soon as they are as they should be.
func (c *client) wait(name, what string, good func([]diagnostic) bool) []diagnostic {
	c.t.Helper()
	end := time.After(patience)
	for {
		c.mu.Lock()
		list, sent, gone := c.diags[name], c.sent, c.gone
		c.mu.Unlock()
		if good(list) {
			return list
		}
		if gone != nil {
			c.t.Fatalf("waiting for %s: %v", what, gone)
		}
		select {
		case <-sent:
		case <-end:
			c.t.Fatalf("waiting for %s: the diagnostics of %s are %+v", what, name, list)
		}
	}
}

// findings waits until a file has n findings of the check, and returns them.
func (c *client) findings(name string, n int) []diagnostic {
	c.t.Helper()
	list := c.wait(name, fmt.Sprintf("%d findings", n), func(list []diagnostic) bool { return len(from("reuse", list)) == n })
	return from("reuse", list)
}

func from(source string, list []diagnostic) (found []diagnostic) {
	for _, d := range list {
		if d.Source == source {
			found = append(found, d)
		}
	}
	return found
}

// quickFix asks for the fixes of a finding. Right after the diagnostics there can still be none.
func (c *client) quickFix(name string, d diagnostic) action {
	c.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		var list []action
		c.call("textDocument/codeAction", map[string]any{
			"textDocument": map[string]any{"uri": c.uri(name)},
			"range":        wire(d.Range),
			"context":      map[string]any{"diagnostics": []any{d.raw}, "only": []string{"quickfix"}},
		}, &list)
		if len(list) > 0 {
			return list[0]
		}
		if time.Now().After(end) || c.t.Failed() {
			c.t.Fatalf("%s has no quick fix for %q", name, d.Message)
		}
	}
}

// wire is a range in the protocol's spelling.
func wire(s span) map[string]any {
	pos := func(p position) map[string]int { return map[string]int{"line": p.Line, "character": p.Character} }
	return map[string]any{"start": pos(s.Start), "end": pos(s.End)}
}

// do does what a code action says: its edit, or the command that sends one.
func (c *client) do(a action) {
	c.t.Helper()
	if a.Edit != nil {
		c.apply(a.Edit)
	}
	if a.Command != nil {
		c.call("workspace/executeCommand", map[string]any{"command": a.Command.Command, "arguments": a.Command.Arguments}, nil)
	}
}

// apply edits the buffers. What is edited here is ASCII, so that a character is a byte.
func (c *client) apply(e *workspaceEdit) {
	for _, change := range e.DocumentChanges {
		name := c.name(change.TextDocument.URI)
		c.mu.Lock()
		text := c.text[name]
		c.mu.Unlock()
		offset := func(p position) int {
			at := 0
			for range p.Line {
				at += strings.Index(text[at:], "\n") + 1
			}
			return at + p.Character
		}
		edits := slices.Clone(change.Edits)
		// From the end, so that offsets stay; equal places keep their order.
		slices.Reverse(edits)
		slices.SortStableFunc(edits, func(a, b textEdit) int { return offset(b.Range.Start) - offset(a.Range.Start) })
		out := text
		for _, e := range edits {
			out = out[:offset(e.Range.Start)] + e.NewText + out[offset(e.Range.End):]
		}
		c.change(name, out)
	}
}
