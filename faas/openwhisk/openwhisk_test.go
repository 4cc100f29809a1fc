package openwhisk

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

// echo answers with what it was asked, in lines.
var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("Content-Type", "text/plain")
	fmt.Fprintf(w, "%s %s %s %d %s", r.Method, r.RequestURI, r.RemoteAddr, r.ContentLength, body)
})

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func TestInvokeRequest(t *testing.T) {
	type m = map[string]any
	headers := func(contentType string) m { return m{"content-type": contentType} }
	tests := []struct {
		name   string
		args   m
		status int
		body   string
	}{
		{"nothing", nil, 200, "GET / 127.0.0.1:0 0 "},
		{"lower case method", m{"__ow_method": "delete", "__ow_path": "/a"}, 200, "DELETE /a 127.0.0.1:0 0 "},
		{"bad method", m{"__ow_method": "a b"}, 400, "__ow_method: net/http: invalid method \"A B\"\n"},
		{"method is a number", m{"__ow_method": 1.0}, 400, "__ow_method: want a string, got float64\n"},
		{"path without slash", m{"__ow_path": "a/b"}, 200, "GET /a/b 127.0.0.1:0 0 "},
		{"escaped path", m{"__ow_path": "/a%2Fb"}, 200, "GET /a%2Fb 127.0.0.1:0 0 "},
		{"path that is no escape", m{"__ow_path": "/100%"}, 200, "GET /100%25 127.0.0.1:0 0 "},
		{"query", m{"__ow_query": "a=1&a=2&b=%26"}, 200, "GET /?a=1&a=2&b=%26 127.0.0.1:0 0 "},
		{"headers are a list", m{"__ow_headers": []any{}}, 400, "__ow_headers: want an object, got []interface {}\n"},
		{"header is an object", m{"__ow_headers": m{"a": m{}}}, 400, "__ow_headers: a: want a string, got map[string]interface {}\n"},
		{"client", m{"__ow_headers": m{"x-client-ip": "10.0.0.9"}}, 200, "GET / 10.0.0.9:0 0 "},
		{"forwarded client", m{"__ow_headers": m{"x-forwarded-for": "10.0.0.8, 10.0.0.1"}}, 200, "GET / 10.0.0.8:0 0 "},
		{"text", m{"__ow_method": "post", "__ow_headers": headers("text/plain"), "__ow_body": "YWJj"}, 200, "POST / 127.0.0.1:0 4 YWJj"},
		{"form", m{"__ow_method": "post", "__ow_headers": headers("application/x-www-form-urlencoded"), "__ow_body": "a=bc"}, 200, "POST / 127.0.0.1:0 4 a=bc"},
		{"JSON in base64", m{"__ow_method": "post", "__ow_headers": headers("application/json"), "__ow_body": b64(`{"a":1}`)}, 200, `POST / 127.0.0.1:0 7 {"a":1}`},
		{"JSON as text", m{"__ow_method": "post", "__ow_headers": headers("application/json; charset=utf-8"), "__ow_body": `{"a":1}`}, 200, `POST / 127.0.0.1:0 7 {"a":1}`},
		{"JSON word as text", m{"__ow_method": "post", "__ow_headers": headers("application/json"), "__ow_body": "true"}, 200, "POST / 127.0.0.1:0 4 true"},
		{"broken JSON in base64", m{"__ow_method": "post", "__ow_headers": headers("application/json"), "__ow_body": b64("{oops")}, 200, "POST / 127.0.0.1:0 5 {oops"},
		{"binary", m{"__ow_method": "patch", "__ow_headers": headers("image/png"), "__ow_body": b64("png")}, 200, "PATCH / 127.0.0.1:0 3 png"},
		{"no content type", m{"__ow_method": "delete", "__ow_body": b64("x")}, 200, "DELETE / 127.0.0.1:0 1 x"},
		{"bad base64", m{"__ow_method": "put", "__ow_body": "!"}, 400, "__ow_body: illegal base64 data at input byte 0\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := Invoke(echo, test.args)
			if got["statusCode"] != test.status || got["body"] != test.body {
				t.Errorf("got %v %q, want %v %q", got["statusCode"], got["body"], test.status, test.body)
			}
		})
	}
}

func TestInvokeResponse(t *testing.T) {
	answer := func(contentType string, status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if contentType != "" {
				w.Header().Set("Content-Type", contentType)
			}
			w.WriteHeader(status)
			io.WriteString(w, body)
		}
	}
	tests := []struct {
		name   string
		method string
		h      http.HandlerFunc
		want   map[string]any
	}{
		{"JSON", "get", answer("application/json", 201, `{"a":1}`),
			map[string]any{"statusCode": 201, "headers": map[string]any{"Content-Type": "application/json"}, "body": `{"a":1}`}},
		{"binary", "get", answer("image/png", 200, "\x89PNG"),
			map[string]any{"statusCode": 200, "headers": map[string]any{"Content-Type": "image/png"}, "body": "iVBORw=="}},
		{"detected", "get", answer("", 200, "<html>"),
			map[string]any{"statusCode": 200, "headers": map[string]any{"Content-Type": "text/html; charset=utf-8"}, "body": "<html>"}},
		{"head", "head", answer("text/plain", 200, "not sent"),
			map[string]any{"statusCode": 200, "headers": map[string]any{"Content-Type": "text/plain"}, "body": ""}},
		{"no content", "get", answer("", 204, "not sent"),
			map[string]any{"statusCode": 204, "headers": map[string]any{}, "body": ""}},
		{"early hints", "get", answer("text/plain", 103, "ok"),
			map[string]any{"statusCode": 200, "headers": map[string]any{"Content-Type": "text/plain"}, "body": "ok"}},
		{"silent", "get", func(http.ResponseWriter, *http.Request) {},
			map[string]any{"statusCode": 200, "headers": map[string]any{}, "body": ""}},
		{"header too late", "get", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(202)
			w.Header().Set("X-Late", "1")
			w.WriteHeader(500)
		}, map[string]any{"statusCode": 202, "headers": map[string]any{}, "body": ""}},
		{"cookies", "get", func(w http.ResponseWriter, _ *http.Request) {
			http.SetCookie(w, &http.Cookie{Name: "a", Value: "1"})
			http.SetCookie(w, &http.Cookie{Name: "b", Value: "2"})
		}, map[string]any{"statusCode": 200, "headers": map[string]any{"Set-Cookie": []string{"a=1", "b=2"}}, "body": ""}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := Invoke(test.h, map[string]any{"__ow_method": test.method})
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %v\nwant %v", got, test.want)
			}
		})
	}
}

func TestInvokePanic(t *testing.T) {
	var buf bytes.Buffer
	log.SetOutput(&buf)
	defer log.SetOutput(os.Stderr)
	got := Invoke(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("oops") }), nil)
	if got["statusCode"] != 500 || !strings.Contains(buf.String(), "panic serving GET /: oops") {
		t.Errorf("got %v, log %q", got, buf.String())
	}
	buf.Reset()
	got = Invoke(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), nil)
	if got["statusCode"] != 500 || buf.Len() > 0 {
		t.Errorf("aborted: got %v, log %q", got, buf.String())
	}
}

func TestInvokeDeadline(t *testing.T) {
	for env, want := range map[string]bool{"": false, "soon": false, fmt.Sprint(time.Now().Add(time.Hour).UnixMilli()): true} {
		t.Setenv("__OW_DEADLINE", env)
		Invoke(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if _, has := r.Context().Deadline(); has != want {
				t.Errorf("__OW_DEADLINE=%q: deadline is %v, want %v", env, has, want)
			}
		}), nil)
	}
}

func TestRequestHeaders(t *testing.T) {
	var got *http.Request
	Invoke(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r }), map[string]any{
		"__ow_headers": map[string]any{
			"host": "api.example.com", "accept-encoding": "gzip", "cookie": "a=1; b=2", "x-list": []any{"1", "2"}, "x-number": 3.0,
		},
	})
	if got.Host != "api.example.com" || len(got.Cookies()) != 2 || got.Header.Get("X-Number") != "3" {
		t.Errorf("host %q, cookies %v, header %v", got.Host, got.Cookies(), got.Header)
	}
	if _, has := got.Header["Accept-Encoding"]; has || len(got.Header.Values("X-List")) != 2 {
		t.Errorf("header %v", got.Header)
	}
}

// call sends a request through Gateway and Invoke to h, and returns the answer.
func call(h http.Handler, r *http.Request) *http.Response {
	w := httptest.NewRecorder()
	Gateway(func(args map[string]any) map[string]any { return Invoke(h, args) }).ServeHTTP(w, r)
	return w.Result()
}

func TestGatewayErrors(t *testing.T) {
	tests := []struct {
		name   string
		result map[string]any
		want   string
	}{
		{"not JSON", map[string]any{"body": func() {}}, "json: unsupported type: func()\n"},
		{"status is text", map[string]any{"statusCode": "200"}, "statusCode: want a number, got string\n"},
		{"status is odd", map[string]any{"statusCode": 42}, "statusCode: 42 is out of range\n"},
		{"bad header", map[string]any{"headers": map[string]any{"a": []any{1}}}, "header a: want strings, got float64\n"},
		{"bad body", map[string]any{"headers": map[string]any{"content-type": "image/png"}, "body": "!"}, "body: illegal base64 data at input byte 0\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			action := func(map[string]any) map[string]any { return test.result }
			Gateway(action).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
			if w.Code != http.StatusBadGateway || w.Body.String() != test.want {
				t.Errorf("got %d %q, want %q", w.Code, w.Body, test.want)
			}
		})
	}
}

func TestGatewayObject(t *testing.T) {
	w := httptest.NewRecorder()
	action := func(map[string]any) map[string]any { return map[string]any{"body": map[string]any{"a": 1}} }
	Gateway(action).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 200 || w.Body.String() != `{"a":1}` {
		t.Errorf("got %d %q", w.Code, w.Body)
	}
}

// FuzzRoundTrip sends a request and has its body sent back: nothing may be lost on either way.
func FuzzRoundTrip(f *testing.F) {
	f.Add("POST", "/a/b", "q=1", "application/json", []byte(`{"a":[1,2]}`))
	f.Add("POST", "/", "", "application/json", []byte("true"))
	f.Add("PUT", "/a%2Fb", "", "image/png", []byte{0, 0xff})
	f.Add("PATCH", "/ü", "a=%zz", "text/plain; charset=utf-8", []byte("größer"))
	f.Add("DELETE", "/", "", "", []byte("x"))
	f.Fuzz(func(t *testing.T, method, path, query, contentType string, body []byte) {
		text := strings.ToValidUTF8(string(body), "") // what is called text must be text
		if !isText(contentType) {
			text = string(body)
		}
		if isJSON(contentType) && !strings.HasPrefix(text, "{") {
			t.Skip("JSON that is no object may be either form")
		}
		r := httptest.NewRequest("POST", "/", strings.NewReader(text))
		r.Method, r.URL.Path, r.URL.RawQuery = strings.ToUpper(method), "/"+path, strings.TrimPrefix(query, "?")
		r.Header.Set("Content-Type", contentType)
		called := false
		resp := call(http.HandlerFunc(func(w http.ResponseWriter, got *http.Request) {
			called = true
			if got.Method != r.Method && r.Method != "" {
				t.Errorf("method %q, want %q", got.Method, r.Method)
			}
			if want := strings.ToValidUTF8(r.URL.RawQuery, "\uFFFD"); got.URL.RawQuery != want && !strings.Contains(want, "\uFFFD") {
				t.Errorf("query %q, want %q", got.URL.RawQuery, want)
			}
			if got.URL.Path != r.URL.Path {
				t.Errorf("path %q, want %q", got.URL.Path, r.URL.Path)
			}
			w.Header().Set("Content-Type", contentType)
			io.Copy(w, got.Body)
		}), r)
		if !called {
			if resp.StatusCode != http.StatusBadRequest {
				t.Fatalf("not called, status %d", resp.StatusCode)
			}
			return
		}
		if got, _ := io.ReadAll(resp.Body); r.Method != "HEAD" && string(got) != text {
			t.Errorf("%s: body %q, want %q", contentType, got, text)
		}
	})
}

// FuzzInvoke wants an answer to any strings at all.
func FuzzInvoke(f *testing.F) {
	f.Add("get", "/", "", "text/plain", "")
	f.Add("\x00", "%", "%", ";", "=")
	f.Fuzz(func(t *testing.T, method, path, query, contentType, body string) {
		got := Invoke(echo, map[string]any{
			"__ow_method": method, "__ow_path": path, "__ow_query": query, "__ow_body": body,
			"__ow_headers": map[string]any{"content-type": contentType},
		})
		if got["statusCode"] != 200 && got["statusCode"] != 400 {
			t.Errorf("got %v", got)
		}
	})
}
