// Package openwhisk serves an http.Handler as an Apache OpenWhisk web action.
//
// An action is a function from a JSON object to a JSON object. [Invoke] turns the object that OpenWhisk passes to a
// raw web action (wsk action update NAME FILE --web raw) into an HTTP request, has a handler answer it, and turns the
// answer into the object that OpenWhisk expects:
//
//	func Main(args map[string]any) map[string]any {
//		return openwhisk.Invoke(router, args)
//	}
//
// [Gateway] is the other direction: it answers HTTP by calling an action, as the platform would, to run an action on a
// developer's machine or in a test.
package openwhisk

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"mime"
	"net"
	"net/http"
	"net/url"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

// The keys of a raw web action's argument.
const (
	keyMethod  = "__ow_method"
	keyPath    = "__ow_path"
	keyQuery   = "__ow_query"
	keyHeaders = "__ow_headers"
	keyBody    = "__ow_body"
)

// Invoke has h answer the request in args, the argument of a raw web action, and returns the action's result.
//
// A missing method is GET, a missing path is "/", and any other field may be missing too. The body of every method is
// passed on. The result holds "statusCode", "headers" and "body": a header that occurs once is a string, one that is
// repeated a list of strings; a body whose media type is text or JSON is a string, any other is base64.
//
// As a server would, Invoke answers 400 to an argument that is no request and 500 when h panics, detects a missing
// Content-Type, and drops the body of an answer that may have none. The context of the request ends when OpenWhisk's
// deadline for the activation has passed.
func Invoke(h http.Handler, args map[string]any) map[string]any {
	ctx, cancel := deadline(context.Background())
	defer cancel()
	r, err := NewRequest(ctx, args)
	if err != nil {
		return failure(http.StatusBadRequest, err.Error())
	}
	w := &recorder{header: http.Header{}}
	if !serve(h, w, r) {
		return failure(http.StatusInternalServerError, http.StatusText(http.StatusInternalServerError))
	}
	return w.result(r.Method)
}

// serve reports whether h returned. A panic would end the process and with it the instance, so it is only logged.
func serve(h http.Handler, w http.ResponseWriter, r *http.Request) (ok bool) {
	defer func() {
		if e := recover(); e != nil && e != http.ErrAbortHandler {
			log.Printf("openwhisk: panic serving %s %s: %v\n%s", r.Method, r.URL.Path, e, debug.Stack())
		}
	}()
	h.ServeHTTP(w, r)
	return true
}

// deadline reads the activation's deadline, which OpenWhisk sets in the environment anew for each request.
func deadline(ctx context.Context) (context.Context, context.CancelFunc) {
	ms, err := strconv.ParseInt(os.Getenv("__OW_DEADLINE"), 10, 64)
	if err != nil {
		return context.WithCancel(ctx) // not run by OpenWhisk
	}
	return context.WithDeadline(ctx, time.UnixMilli(ms))
}

// NewRequest returns the HTTP request that a raw web action's argument describes.
func NewRequest(ctx context.Context, args map[string]any) (*http.Request, error) {
	for _, key := range []string{keyMethod, keyPath, keyQuery, keyBody} {
		if _, isString := args[key].(string); args[key] != nil && !isString {
			return nil, fmt.Errorf("%s: want a string, got %T", key, args[key])
		}
	}
	method, _ := args[keyMethod].(string)
	r, err := http.NewRequestWithContext(ctx, strings.ToUpper(method), "/", nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", keyMethod, err)
	}
	path, _ := args[keyPath].(string)
	query, _ := args[keyQuery].(string)
	r.URL = requestURL(path, query)
	r.RequestURI = r.URL.RequestURI()
	if err := setHeaders(r, args[keyHeaders]); err != nil {
		return nil, fmt.Errorf("%s: %w", keyHeaders, err)
	}
	text, _ := args[keyBody].(string)
	body, err := decodeBody(r.Header.Get("Content-Type"), text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", keyBody, err)
	}
	// As on a server's request, Body is never nil.
	r.Body, r.ContentLength = http.NoBody, int64(len(body))
	if len(body) > 0 {
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	return r, nil
}

// requestURL keeps an escaped path escaped in RawPath, where routers look for it.
func requestURL(path, query string) *url.URL {
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	u := &url.URL{Path: path, RawQuery: strings.TrimPrefix(query, "?")}
	if plain, err := url.PathUnescape(path); err == nil && plain != path {
		u.Path = plain
		if u.EscapedPath() != path {
			u.RawPath = path
		}
	}
	return u
}

// setHeaders fills in the header and the fields of the request that a server takes from the header or the connection.
func setHeaders(r *http.Request, headers any) error {
	switch headers := headers.(type) {
	case nil:
	case map[string]any:
		for name, value := range headers {
			values, err := headerValues(value)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			r.Header[http.CanonicalHeaderKey(name)] = values
		}
	case map[string]string:
		for name, value := range headers {
			r.Header.Set(name, value)
		}
	default:
		return fmt.Errorf("want an object, got %T", headers)
	}
	r.Host = r.Header.Get("Host")
	r.Header.Del("Host")
	// The platform compresses, and a compressed text cannot be told from text.
	r.Header.Del("Accept-Encoding")
	r.RemoteAddr = net.JoinHostPort(clientIP(r.Header), "0")
	return nil
}

func clientIP(h http.Header) string {
	if ip := h.Get("X-Client-Ip"); ip != "" {
		return ip
	}
	if first, _, _ := strings.Cut(h.Get("X-Forwarded-For"), ","); first != "" {
		return strings.TrimSpace(first)
	}
	return "127.0.0.1"
}

func headerValues(v any) ([]string, error) {
	switch v := v.(type) {
	case string:
		return []string{v}, nil
	case []string:
		return v, nil
	case float64, int, bool:
		return []string{fmt.Sprint(v)}, nil
	case []any:
		values := make([]string, 0, len(v))
		for _, e := range v {
			s, isString := e.(string)
			if !isString {
				return nil, fmt.Errorf("want strings, got %T", e)
			}
			values = append(values, s)
		}
		return values, nil
	}
	return nil, fmt.Errorf("want a string, got %T", v)
}

// decodeBody undoes the platform's encoding of a request body: text as it is, anything else in base64. JSON comes in
// base64 from OpenWhisk's controller and as text from some gateways. The two are easily told apart, since an object or
// a list is not base64; a word such as true is, but what it decodes to is not JSON.
func decodeBody(contentType, text string) ([]byte, error) {
	if text == "" {
		return nil, nil
	}
	maybeJSON := isJSON(contentType)
	if !maybeJSON && isText(contentType) {
		return []byte(text), nil
	}
	body, err := base64.StdEncoding.DecodeString(text)
	if maybeJSON && (err != nil || !json.Valid(body) && json.Valid([]byte(text))) {
		return []byte(text), nil
	}
	return body, err
}

// isText reports whether a body of the content type travels as a string rather than in base64.
func isText(contentType string) bool {
	media := mediaType(contentType)
	switch media {
	case "application/x-www-form-urlencoded", "application/xml", "application/javascript":
		return true
	}
	return strings.HasPrefix(media, "text/") || strings.HasSuffix(media, "+xml") || isJSON(contentType)
}

func isJSON(contentType string) bool {
	media := mediaType(contentType)
	return media == "application/json" || strings.HasSuffix(media, "+json")
}

func mediaType(contentType string) string {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil { // a bad parameter does not spoil the type
		media, _, _ = strings.Cut(contentType, ";")
		media = strings.ToLower(strings.TrimSpace(media))
	}
	return media
}

// A recorder is a ResponseWriter that keeps the answer.
type recorder struct {
	header http.Header // as the handler may still change it
	sent   http.Header // as it was when the handler wrote the status
	status int
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.status != 0 || status < 200 {
		return // written before, or informational, which an action has no way to send
	}
	w.status, w.sent = status, w.header.Clone()
}

func (w *recorder) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

func (w *recorder) result(method string) map[string]any {
	w.WriteHeader(http.StatusOK)
	body := w.body.Bytes()
	if w.status == http.StatusNoContent || w.status == http.StatusNotModified {
		body = nil
	}
	if len(body) > 0 && w.sent.Get("Content-Type") == "" {
		w.sent.Set("Content-Type", http.DetectContentType(body))
	}
	text := string(body)
	switch {
	case method == http.MethodHead:
		text = ""
	case !isText(w.sent.Get("Content-Type")):
		text = base64.StdEncoding.EncodeToString(body)
	}
	return map[string]any{"statusCode": w.status, "headers": resultHeaders(w.sent), "body": text}
}

func resultHeaders(h http.Header) map[string]any {
	headers := make(map[string]any, len(h))
	for name, values := range h {
		switch len(values) {
		case 0:
		case 1:
			headers[name] = values[0]
		default:
			headers[name] = values
		}
	}
	return headers
}

func failure(status int, message string) map[string]any {
	return map[string]any{
		"statusCode": status,
		"headers":    map[string]any{"Content-Type": "text/plain; charset=utf-8"},
		"body":       message + "\n",
	}
}
