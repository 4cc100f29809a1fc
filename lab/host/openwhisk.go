package host

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/faaslint/faaslint/faas/openwhisk"
	"github.com/faaslint/faaslint/faas/replay"
)

// A whisk is an instance on OpenWhisk: the container's proxy, and the invoker that talks to it.
type whisk struct {
	*process
	proxy       *proxy
	server      *http.Server
	base        string
	client      *http.Client
	timeout     time.Duration
	startup     Startup
	activations int
	stop        func() Usage
}

func startOpenWhisk(ctx context.Context, d *Deployment) (Instance, error) {
	w, err := newContainer(d)
	if err != nil {
		return nil, err
	}
	body, err := initBody(d)
	if err != nil {
		w.Stop()
		return nil, err
	}
	sent := time.Now()
	status, answer, err := w.post(ctx, "/init", body)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("status %d: %s", status, bytes.TrimSpace(answer))
	}
	w.proxy.mu.Lock() // after a time-out the proxy may still be at it
	w.process = w.proxy.action
	w.proxy.mu.Unlock()
	if err != nil {
		w.Stop()
		return nil, fmt.Errorf("init of the action: %w", err)
	}
	w.startup.Ready, w.startup.Compile = w.proxy.ready, w.proxy.took
	if d.packaged() != Image {
		w.startup.Deliver = w.proxy.spawned.Sub(sent) - w.proxy.took
	}
	return w, nil
}

// newContainer starts what is there before the code comes.
func newContainer(d *Deployment) (*whisk, error) {
	p := &proxy{
		// As in the image of the runtime: without it an action would not say when it is ready.
		env:     environment(d.Function, "OW_WAIT_FOR_ACK=1", "OW_EXECUTION_ENV=go", "__OW_API_HOST=http://127.0.0.1"),
		timeout: d.timeout(),
		logs:    new(activationLog),
	}
	p.logs.cut.L = &p.logs.mu
	if d.packaged() == Image {
		p.image = d.Exec
	}
	if d.packaged() == Source {
		p.compile = d.Compile
	}
	for stream := range 2 {
		from, to, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		p.streams = append(p.streams, to)
		go p.logs.collect(stream, from)
	}
	l, err := listen()
	if err != nil {
		return nil, err
	}
	w := &whisk{proxy: p, base: "http://" + l.Addr().String(), timeout: d.timeout()}
	w.server = &http.Server{Handler: p, ReadHeaderTimeout: time.Minute}
	w.client = &http.Client{Transport: &http.Transport{DisableCompression: true}}
	w.stop = sync.OnceValue(w.end)
	go w.server.Serve(l)
	return w, nil
}

// initBody is what the invoker sends to a new container.
func initBody(d *Deployment) ([]byte, error) {
	value := map[string]any{"name": "function", "main": "main", "binary": true, "env": map[string]string{}}
	if d.code != nil {
		value["code"] = base64.StdEncoding.EncodeToString(d.code)
	}
	return json.Marshal(map[string]any{"value": value})
}

func (w *whisk) post(ctx context.Context, path string, body []byte) (status int, answer []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.base+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := w.client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	answer, err = io.ReadAll(resp.Body)
	return resp.StatusCode, answer, err
}

// Startup implements Instance.
func (w *whisk) Startup() Startup { return w.startup }

// Do implements Instance.
func (w *whisk) Do(ctx context.Context, r replay.Request) (replay.Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, w.timeout)
	defer cancel()
	body, err := w.runBody(ctx, r)
	if err != nil {
		return replay.Answer{}, err
	}
	w.activations++
	status, answer, err := w.post(ctx, "/run", body)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("run of the action: status %d: %s", status, bytes.TrimSpace(answer))
	}
	if err != nil {
		return replay.Answer{}, err
	}
	return webAnswer(answer)
}

// runBody is what the invoker sends for an activation.
func (w *whisk) runBody(ctx context.Context, r replay.Request) ([]byte, error) {
	hr, err := r.Incoming(ctx)
	if err != nil {
		return nil, err
	}
	args, err := openwhisk.Args(hr)
	if err != nil {
		return nil, err
	}
	deadline, _ := ctx.Deadline() // Inv: Do has set one
	return json.Marshal(map[string]any{
		"value": args, "activation_id": fmt.Sprintf("%032x", w.activations+1), "action_name": "/guest/function",
		"namespace": "guest", "deadline": strconv.FormatInt(deadline.UnixMilli(), 10),
	})
}

// webAnswer does what the controller does with the result of a web action.
func webAnswer(result []byte) (replay.Answer, error) {
	var object map[string]any
	if err := json.Unmarshal(result, &object); err != nil {
		return replay.Answer{}, fmt.Errorf("result of the action: %w", err)
	}
	w := httptest.NewRecorder()
	if err := openwhisk.WriteResult(w, object); err != nil {
		return replay.Answer{}, fmt.Errorf("result of the action: %w", err)
	}
	return replay.NewAnswer(w.Code, w.Result().Header, w.Body.Bytes()), nil
}

// Log implements Instance. It is complete up to the last answer: the guard says how far the log was read.
func (w *whisk) Log() string {
	w.proxy.mu.Lock()
	guards := w.proxy.guards
	w.proxy.mu.Unlock()
	w.proxy.logs.wait(guards)
	return w.proxy.logs.whole.String()
}

// Stop implements Instance.
func (w *whisk) Stop() Usage { return w.stop() }

func (w *whisk) end() (usage Usage) {
	if w.process != nil {
		usage = w.process.Stop()
	}
	w.server.Close()
	w.client.CloseIdleConnections()
	for _, stream := range w.proxy.streams {
		stream.Close()
	}
	if w.proxy.answers != nil {
		w.proxy.in.Close()
		w.proxy.answers.Close()
	}
	return usage
}
