package host

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// guard ends what an activation wrote to each of its two streams. The platform cuts the log there.
const guard = "XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX"

// A proxy is what runs in an OpenWhisk container in front of the action: it answers /init and /run, and speaks the
// ActionLoop protocol with the action's process: requests are lines on its standard input, answers lines on its file
// descriptor 3, the first of which says that it is ready.
type proxy struct {
	env     []string // of the container
	image   string   // path of a binary that is in the image already, or ""
	compile compiler // of an image that takes source, or nil
	timeout time.Duration
	logs    *activationLog

	mu      sync.Mutex // the protocol is one pair of pipes: one request at a time
	tried   bool       // there is no second init
	action  *process
	in      io.WriteCloser
	answers *os.File
	out     *bufio.Reader // of answers
	spawned time.Time
	ready   time.Duration // from the spawn to the first line
	took    time.Duration // compiling
	streams []*os.File    // the write ends of the action's standard output and error
	guards  int           // written to each of them
}

// ServeHTTP implements http.Handler.
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case r.Method != http.MethodPost:
		respond(w, http.StatusMethodNotAllowed, failed(fmt.Errorf("%s: want POST", r.Method)))
	case r.URL.Path == "/init":
		status, err := p.init(r)
		if err != nil {
			respond(w, status, failed(err))
			return
		}
		respond(w, http.StatusOK, []byte(`{"ok":true}`+"\n"))
	case r.URL.Path == "/run":
		status, answer, err := p.run(r)
		if err != nil {
			answer = failed(err)
		}
		respond(w, status, answer)
	default:
		respond(w, http.StatusNotFound, failed(fmt.Errorf("%s: want /init or /run", r.URL.Path)))
	}
}

func respond(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(body) // fails when the platform has given up: nobody is left to tell
}

func failed(err error) []byte {
	text, _ := json.Marshal(map[string]string{"error": err.Error()}) // cannot fail: strings
	return append(text, '\n')
}

// An initRequest is the body of /init.
type initRequest struct {
	Value struct {
		Name   string            `json:"name"`
		Main   string            `json:"main"`
		Code   string            `json:"code"`
		Binary bool              `json:"binary"`
		Env    map[string]string `json:"env"`
	} `json:"value"`
}

func (p *proxy) init(r *http.Request) (status int, err error) {
	if p.tried {
		return http.StatusForbidden, errors.New("cannot initialize the action more than once")
	}
	var body initRequest
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return http.StatusBadRequest, fmt.Errorf("read init: %w", err)
	}
	p.tried = true
	dir, err := os.MkdirTemp("", "faaslint-action-")
	if err != nil {
		return http.StatusInternalServerError, err
	}
	path := p.image
	if path == "" {
		path, err = p.unpack(r.Context(), body, dir)
	}
	if err == nil {
		err = p.launch(r.Context(), path, dir, body.Value.Env)
	}
	if err != nil {
		os.RemoveAll(dir)
		return http.StatusBadGateway, err
	}
	return http.StatusOK, nil
}

// A compiler makes a binary, as Function.Compile does.
type compiler func(ctx context.Context, dir, cache, out string) error

func (p *proxy) unpack(ctx context.Context, body initRequest, dir string) (string, error) {
	if !body.Value.Binary { // a zip counts as one, whatever is in it
		return "", errors.New("init: want a binary or a zip, got the text of one file")
	}
	code, err := base64.StdEncoding.DecodeString(body.Value.Code)
	if err != nil {
		return "", fmt.Errorf("init: decode code: %w", err)
	}
	if p.compile == nil {
		return unpack(code, dir, "exec")
	}
	source, cache, path := filepath.Join(dir, "src"), filepath.Join(dir, "cache"), filepath.Join(dir, "exec")
	if err := unzipAll(code, source); err != nil {
		return "", err
	}
	began := time.Now()
	if err := p.compile(ctx, source, cache, path); err != nil {
		return "", fmt.Errorf("init: compile: %w", err)
	}
	p.took = time.Since(began)
	return path, nil
}

// launch starts the action and waits until it is ready.
func (p *proxy) launch(ctx context.Context, path, dir string, env map[string]string) error {
	cmd := exec.Command(path)
	cmd.Dir, cmd.Env = dir, p.env
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Stdout, cmd.Stderr = p.streams[0], p.streams[1]
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	answers, fd3, err := os.Pipe()
	if err != nil {
		return err
	}
	cmd.ExtraFiles = []*os.File{fd3}
	p.action, err = spawn(cmd, dir, &p.logs.whole)
	fd3.Close() // now the pipe ends with the action
	if err != nil {
		answers.Close()
		return err
	}
	p.in, p.answers, p.out, p.spawned = stdin, answers, bufio.NewReader(answers), p.action.began
	line, err := p.line(ctx)
	if err != nil {
		return err
	}
	p.ready = time.Since(p.spawned)
	var ack struct{ OK bool }
	if err := json.Unmarshal(line, &ack); err != nil || !ack.OK {
		return fmt.Errorf(`init: want {"ok":true} on file descriptor 3, got %.200q`, line)
	}
	return nil
}

// line waits for the next line of the action.
func (p *proxy) line(ctx context.Context) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, p.timeout) // a platform that went away is not always seen to
	defer cancel()
	type result struct {
		line []byte
		err  error
	}
	got := make(chan result, 1)
	go func() { // ends with the action at the latest, which closes the pipe
		line, err := p.out.ReadBytes('\n')
		got <- result{line, err}
	}()
	select {
	case r := <-got:
		if r.err == nil {
			return r.line, nil
		}
		<-p.action.ended
	case <-ctx.Done():
	}
	p.cutLog()
	p.logs.wait(p.guards)
	return nil, p.action.lost(ctx, "wait for a line on file descriptor 3")
}

func (p *proxy) run(r *http.Request) (status int, answer []byte, err error) {
	if p.action == nil {
		return http.StatusInternalServerError, nil, errors.New("no action defined yet")
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return http.StatusBadRequest, nil, fmt.Errorf("read run: %w", err)
	}
	line := strings.ReplaceAll(strings.TrimSpace(string(body)), "\n", " ") // JSON has line ends between tokens alone
	if _, err := io.WriteString(p.in, line+"\n"); err != nil {
		return http.StatusBadGateway, nil, fmt.Errorf("pass the request to the action: %w", err)
	}
	answer, err = p.line(r.Context())
	if err != nil {
		return http.StatusBadGateway, nil, err
	}
	p.cutLog()
	var object map[string]json.RawMessage
	if err := json.Unmarshal(answer, &object); err != nil {
		return http.StatusBadGateway, nil, fmt.Errorf("the action did not return a dictionary: %.200q", answer)
	}
	return http.StatusOK, answer, nil
}

// cutLog marks the end of an activation in both streams, after all that the action wrote before its answer.
func (p *proxy) cutLog() {
	p.guards++
	for _, stream := range p.streams {
		fmt.Fprintln(stream, guard)
	}
}

// An activationLog is the log of a container, cut at the guards.
type activationLog struct {
	whole logBook // without guards

	mu    sync.Mutex
	cut   sync.Cond // broadcast at each guard
	seen  [2]int    // guards by stream
	ended [2]bool   // streams
}

// collect reads a stream until all who write to it have ended.
func (l *activationLog) collect(stream int, from *os.File) {
	defer from.Close()
	lines := bufio.NewReader(from)
	for {
		line, err := lines.ReadString('\n')
		// The action may have left a line without its end.
		text, isGuard := strings.CutSuffix(line, guard+"\n")
		io.WriteString(&l.whole, text)
		l.mu.Lock()
		if isGuard {
			l.seen[stream]++
		}
		l.ended[stream] = err != nil
		l.mu.Unlock()
		l.cut.Broadcast()
		if err != nil {
			return
		}
	}
}

// wait returns when n guards, or the end, have been read from both streams.
func (l *activationLog) wait(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.seen {
		for l.seen[i] < n && !l.ended[i] {
			l.cut.Wait()
		}
	}
}
