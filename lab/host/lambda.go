package host

import (
	"bytes"
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
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/faaslint/faaslint/faas/replay"
)

// A runtimeAPI is the side of AWS Lambda that a function's process asks for work: GET next waits for an invocation,
// POST response or error ends it. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
type runtimeAPI struct {
	work    chan *invocation
	ready   chan struct{} // closed when the function asks for the first time
	asked   sync.Once
	failed  chan error // what the function reports instead, at most one
	mu      sync.Mutex
	running map[string]*invocation
	last    int
}

// An invocation is a payload and what became of it.
type invocation struct {
	payload  []byte
	deadline time.Time
	done     chan outcome // holds one
}

type outcome struct {
	contentType string
	body        []byte
	err         error
}

func newRuntimeAPI() *runtimeAPI {
	return &runtimeAPI{work: make(chan *invocation), ready: make(chan struct{}), failed: make(chan error, 1), running: map[string]*invocation{}}
}

func (a *runtimeAPI) handler() http.Handler {
	const version = "/2018-06-01/runtime/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+version+"invocation/next", a.next)
	mux.HandleFunc("POST "+version+"invocation/{id}/response", a.response)
	mux.HandleFunc("POST "+version+"invocation/{id}/error", a.failure)
	mux.HandleFunc("POST "+version+"init/error", a.initError)
	return mux
}

func (a *runtimeAPI) next(w http.ResponseWriter, r *http.Request) {
	a.asked.Do(func() { close(a.ready) })
	select {
	case inv := <-a.work:
		id := a.start(inv)
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", id)
		w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(inv.deadline.UnixMilli(), 10))
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", functionARN)
		w.Header().Set("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0")
		w.Header().Set("Content-Type", "application/json")
		w.Write(inv.payload) // when it fails the function has gone, and the invocation ends with its process
	case <-r.Context().Done():
	}
}

const functionARN = "arn:aws:lambda:eu-central-1:123456789012:function:function"

func (a *runtimeAPI) start(inv *invocation) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last++
	id := fmt.Sprintf("%08x-0000-4000-8000-000000000000", a.last)
	a.running[id] = inv
	return id
}

// finish ends an invocation. There is no second end.
func (a *runtimeAPI) finish(w http.ResponseWriter, id string, o outcome) {
	a.mu.Lock()
	inv := a.running[id]
	delete(a.running, id)
	a.mu.Unlock()
	if inv == nil {
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, `{"errorType":"InvalidRequestID","errorMessage":"Invalid request ID"}`)
		return
	}
	inv.done <- o
	w.WriteHeader(http.StatusAccepted)
	io.WriteString(w, `{"status":"OK"}`)
}

func (a *runtimeAPI) response(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		err = fmt.Errorf("read the function's answer: %w", err)
	}
	if kind := r.Trailer.Get("Lambda-Runtime-Function-Error-Type"); kind != "" {
		err = fmt.Errorf("the function broke off its answer: %s", kind)
	}
	a.finish(w, r.PathValue("id"), outcome{r.Header.Get("Content-Type"), body, err})
}

func (a *runtimeAPI) failure(w http.ResponseWriter, r *http.Request) {
	a.finish(w, r.PathValue("id"), outcome{err: reported(r)})
}

func (a *runtimeAPI) initError(w http.ResponseWriter, r *http.Request) {
	select {
	case a.failed <- reported(r):
	default:
	}
	w.WriteHeader(http.StatusAccepted)
}

// reported reads an error as a function reports it.
func reported(r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return fmt.Errorf("read the function's error: %w", err)
	}
	return fmt.Errorf("the function reports an error: %s", bytes.TrimSpace(body))
}

// A lambda is an instance on AWS Lambda.
type lambda struct {
	*process
	api     *runtimeAPI
	server  *http.Server
	timeout time.Duration
	startup Startup
	stop    func() Usage
}

func startLambda(ctx context.Context, d *Deployment) (Instance, error) {
	api := newRuntimeAPI()
	l, err := listen()
	if err != nil {
		return nil, err
	}
	in := &lambda{api: api, timeout: d.timeout()}
	in.server = &http.Server{Handler: api.handler(), ReadHeaderTimeout: time.Minute}
	in.stop = sync.OnceValue(in.end)
	go in.server.Serve(l)
	if err := in.launch(d, l.Addr().String()); err != nil {
		in.Stop()
		return nil, err
	}
	select {
	case <-api.ready:
		in.startup.Ready = time.Since(in.began)
		return in, nil
	case err = <-api.failed:
	case <-in.ended:
		err = in.lost(ctx, "init")
	case <-ctx.Done():
		err = in.lost(ctx, "init")
	}
	in.Stop()
	return nil, fmt.Errorf("init of the function: %w", err)
}

// launch delivers the code and starts the process.
func (in *lambda) launch(d *Deployment, api string) (err error) {
	dir, err := os.MkdirTemp("", "faaslint-lambda-")
	if err != nil {
		return err
	}
	began, path := time.Now(), d.Exec
	if d.code != nil {
		if path, err = unpack(d.code, dir, entryName(Lambda)); err != nil {
			os.RemoveAll(dir)
			return err
		}
		in.startup.Deliver = time.Since(began)
	}
	cmd := exec.Command(path)
	cmd.Dir = dir
	cmd.Env = environment(d.Function, "AWS_LAMBDA_RUNTIME_API="+api, "LAMBDA_TASK_ROOT="+dir, "AWS_REGION=eu-central-1",
		"AWS_LAMBDA_FUNCTION_NAME=function", "AWS_LAMBDA_FUNCTION_VERSION=$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=1024",
		"AWS_EXECUTION_ENV=AWS_Lambda_provided.al2023", "_HANDLER="+filepath.Base(path))
	if d.Concurrency > 1 {
		cmd.Env = append(cmd.Env, "AWS_LAMBDA_MAX_CONCURRENCY="+strconv.Itoa(d.Concurrency))
	}
	in.process, err = spawn(cmd, dir, new(logBook))
	return err
}

// Startup implements Instance.
func (in *lambda) Startup() Startup { return in.startup }

// Do implements Instance.
func (in *lambda) Do(ctx context.Context, r replay.Request) (replay.Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, in.timeout)
	defer cancel()
	payload, err := urlEvent(ctx, r)
	if err != nil {
		return replay.Answer{}, err
	}
	o, err := in.invoke(ctx, payload)
	if err != nil {
		return replay.Answer{}, err
	}
	return urlAnswer(o.contentType, o.body)
}

// invoke passes a payload to the function and waits for what becomes of it.
func (in *lambda) invoke(ctx context.Context, payload []byte) (outcome, error) {
	deadline, _ := ctx.Deadline() // Inv: Do has set one
	inv := &invocation{payload, deadline, make(chan outcome, 1)}
	select {
	case in.api.work <- inv:
	case <-in.ended:
		return outcome{}, in.lost(ctx, "wait for the function to ask for work")
	case <-ctx.Done():
		return outcome{}, in.lost(ctx, "wait for the function to ask for work")
	}
	select {
	case o := <-inv.done:
		return o, o.err
	case <-in.ended:
		return outcome{}, in.lost(ctx, "wait for the function's answer")
	case <-ctx.Done():
		return outcome{}, in.lost(ctx, "wait for the function's answer")
	}
}

// Stop implements Instance.
func (in *lambda) Stop() Usage { return in.stop() }

func (in *lambda) end() (usage Usage) {
	if in.process != nil {
		usage = in.process.Stop()
	}
	in.server.Close()
	return usage
}

// urlEvent is what a function URL makes of an HTTP request.
func urlEvent(ctx context.Context, r replay.Request) ([]byte, error) {
	hr, err := r.Incoming(ctx)
	if err != nil {
		return nil, err
	}
	e := events.LambdaFunctionURLRequest{
		Version: "2.0", RawPath: r.Path, RawQueryString: r.Query, Headers: map[string]string{"host": hr.Host},
		Body: base64.StdEncoding.EncodeToString(r.Body), IsBase64Encoded: len(r.Body) > 0,
	}
	e.RequestContext.DomainName = hr.Host
	e.RequestContext.HTTP.Method, e.RequestContext.HTTP.Path = r.Method, hr.URL.Path
	e.RequestContext.HTTP.Protocol, e.RequestContext.HTTP.SourceIP = "HTTP/1.1", "127.0.0.1"
	for name, values := range hr.Header {
		e.Headers[strings.ToLower(name)] = strings.Join(values, ",")
	}
	if query := hr.URL.Query(); len(query) > 0 {
		e.QueryStringParameters = map[string]string{}
		for name, values := range query {
			e.QueryStringParameters[name] = strings.Join(values, ",")
		}
	}
	return json.Marshal(e)
}

// A urlResult is an HTTP answer as functions give it: whole, or without its body as the prelude of a streamed one.
type urlResult struct {
	StatusCode        int                 `json:"statusCode"`
	Headers           map[string]string   `json:"headers"`
	MultiValueHeaders map[string][]string `json:"multiValueHeaders"`
	Cookies           []string            `json:"cookies"`
	Body              string              `json:"body"`
	IsBase64Encoded   bool                `json:"isBase64Encoded"`
}

const streamed = "application/vnd.awslambda.http-integration-response"

// urlAnswer is what a function URL makes of a function's answer. Eight zero bytes end the prelude of a streamed one.
func urlAnswer(contentType string, payload []byte) (replay.Answer, error) {
	prelude, body := payload, []byte(nil)
	if contentType == streamed {
		var found bool
		if prelude, body, found = bytes.Cut(payload, make([]byte, 8)); !found {
			return replay.Answer{}, errors.New("a streamed answer without the end of its prelude")
		}
	}
	var result urlResult
	if err := json.Unmarshal(prelude, &result); err != nil {
		return replay.Answer{}, fmt.Errorf("answer of the function: %w: %.200q", err, prelude)
	}
	if result.StatusCode == 0 {
		return replay.Answer{}, fmt.Errorf("answer of the function: no statusCode: %.200q", prelude)
	}
	if contentType != streamed {
		body = []byte(result.Body)
		if result.IsBase64Encoded {
			decoded, err := base64.StdEncoding.DecodeString(result.Body)
			if err != nil {
				return replay.Answer{}, fmt.Errorf("answer of the function: body: %w", err)
			}
			body = decoded
		}
	}
	return replay.NewAnswer(result.StatusCode, result.header(), body), nil
}

func (r urlResult) header() http.Header {
	h := http.Header{}
	for name, value := range r.Headers {
		h.Set(name, value)
	}
	for name, values := range r.MultiValueHeaders {
		h[http.CanonicalHeaderKey(name)] = values
	}
	if len(r.Cookies) > 0 {
		h["Set-Cookie"] = r.Cookies
	}
	return h
}
