package host

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
)

// zipped returns a zip with one file.
func zipped(t *testing.T, name, text string) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	entry, err := w.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := entry.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func newProxy(t *testing.T) *proxy {
	t.Helper()
	w, err := newContainer(&Deployment{Function: Function{Platform: OpenWhisk, Timeout: 2 * time.Second}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		w.process = w.proxy.action
		w.Stop()
	})
	return w.proxy
}

func post(p *proxy, path, body string) (status int, answer string) {
	w := httptest.NewRecorder()
	p.ServeHTTP(w, httptest.NewRequest("POST", path, strings.NewReader(body)))
	return w.Code, strings.TrimSpace(w.Body.String())
}

func initWith(t *testing.T, code []byte) string {
	t.Helper()
	value := map[string]any{"binary": true, "code": base64.StdEncoding.EncodeToString(code), "env": map[string]string{"NAME": "value"}}
	text, err := json.Marshal(map[string]any{"value": value})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// shell is an action as a script: the protocol does not ask for Go.
const shell = `#!/bin/sh
echo '{ "ok": true }' >&3
while read -r line; do
	case $line in
	*wrong*) echo 'no object' >&3 ;;
	*) echo "{\"env\":\"$NAME\",\"got\":$line}" >&3 ;;
	esac
done
`

func TestProxy(t *testing.T) {
	p := newProxy(t)
	if status, answer := post(p, "/run", `{"value":{}}`); status != http.StatusInternalServerError || !strings.Contains(answer, "no action defined yet") {
		t.Errorf("run before init: %d %s", status, answer)
	}
	if status, answer := post(p, "/init", initWith(t, zipped(t, "exec", shell))); status != 200 || answer != `{"ok":true}` {
		t.Fatalf("init: %d %s", status, answer)
	}
	if status, answer := post(p, "/init", initWith(t, zipped(t, "exec", shell))); status != http.StatusForbidden || !strings.Contains(answer, "more than once") {
		t.Errorf("second init: %d %s", status, answer)
	}
	if status, answer := post(p, "/run", "{\"value\":\n{\"a\": 1}}"); status != 200 || answer != `{"env":"value","got":{"value": {"a": 1}}}` {
		t.Errorf("run: %d %s", status, answer)
	}
	if status, answer := post(p, "/run", `{"value":"wrong"}`); status != http.StatusBadGateway || !strings.Contains(answer, "did not return a dictionary") {
		t.Errorf("run with a wrong answer: %d %s", status, answer)
	}
	if status, _ := post(p, "/stop", ""); status != http.StatusNotFound {
		t.Errorf("another path: %d", status)
	}
}

func TestProxyRefuses(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir) // where code is unpacked
	for want, body := range map[string]string{
		"read init":                 `{`,
		"got the text of one file":  `{"value":{"code":"package main"}}`,
		"decode code":               `{"value":{"binary":true,"code":"*"}}`,
		"neither an ELF nor a zip":  initWith(t, []byte("#!/bin/sh")),
		"unzip: zip: not a valid":   initWith(t, []byte("PK")),
		"no file exec in the root":  initWith(t, zipped(t, "bin/exec", shell)),
		"leads out of the folder":   initWith(t, zipped(t, "../escaped", shell)),
		"exec format error":         initWith(t, []byte("\x7fELF and nothing more")),
		"on file descriptor 3, got": initWith(t, zipped(t, "exec", "#!/bin/sh\necho hello >&3\nsleep 60\n")),
		"exit status 7":             initWith(t, zipped(t, "exec", "#!/bin/sh\necho the reason >&2\nexit 7\n")),
		"its log ends: the reason":  initWith(t, zipped(t, "exec", "#!/bin/sh\necho the reason >&2\nexit 7\n")),
		"context deadline exceeded": initWith(t, zipped(t, "exec", "#!/bin/sh\nsleep 60\n")),
	} {
		status, answer := post(newProxy(t), "/init", body)
		if status == 200 || !strings.Contains(answer, want) {
			t.Errorf("got %d %s, want %q", status, answer, want)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left in %s: %v, %v", dir, left, err)
	}
}

// TestURLAnswer takes answers apart as a function URL does, buffered and streamed.
func TestURLAnswer(t *testing.T) {
	for _, c := range []struct{ contentType, payload, want, fails string }{
		{"", `{"statusCode":201,"headers":{"x-a":"b"},"cookies":["c=d"],"body":"text"}`, "text", ""},
		{"", `{"statusCode":201,"headers":{"x-a":"b"},"cookies":["c=d"],"body":"dGV4dA==","isBase64Encoded":true}`, "text", ""},
		{streamed, "{\"statusCode\":201,\"headers\":{\"x-a\":\"b\"},\"cookies\":[\"c=d\"]}\x00\x00\x00\x00\x00\x00\x00\x00te\x00xt", "te\x00xt", ""},
		{streamed, `{"statusCode":201}`, "", "without the end of its prelude"},
		{"", `{"body":"text"}`, "", "no statusCode"},
		{"", `"text"`, "", "cannot unmarshal"},
		{"", `{"statusCode":200,"body":"*","isBase64Encoded":true}`, "", "illegal base64"},
	} {
		a, err := urlAnswer(c.contentType, []byte(c.payload))
		switch {
		case c.fails != "":
			if err == nil || !strings.Contains(err.Error(), c.fails) {
				t.Errorf("%s: got %v, want %q", c.payload, err, c.fails)
			}
		case err != nil || a.Status != 201 || string(a.Body) != c.want || a.Headers["X-A"] != "b" || a.Headers["Set-Cookie"] != "c=d":
			t.Errorf("%s: got %+v, %v", c.payload, a, err)
		}
	}
}
