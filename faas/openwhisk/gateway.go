package openwhisk

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

// Gateway returns a handler that calls a raw web action for each request, as OpenWhisk does. Argument and result go
// through JSON, so that the action sees the types it will see when deployed. Other than the platform, it does not
// limit an action to one request at a time.
func Gateway(action func(map[string]any) map[string]any) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		args, err := Args(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		var result map[string]any
		if args, err = throughJSON(args); err == nil {
			result, err = throughJSON(action(args))
		}
		if err == nil {
			err = WriteResult(w, result)
		}
		if err != nil { // Inv: WriteResult fails before it writes
			http.Error(w, err.Error(), http.StatusBadGateway)
		}
	})
}

func throughJSON(in map[string]any) (out map[string]any, err error) {
	text, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	return out, json.Unmarshal(text, &out)
}

// Args returns the argument that OpenWhisk passes to a raw web action for r, and reads its body.
func Args(r *http.Request) (map[string]any, error) {
	headers := map[string]any{"host": r.Host}
	for name, values := range r.Header {
		headers[strings.ToLower(name)] = strings.Join(values, separator(name))
	}
	if ip, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		headers["x-client-ip"] = ip
	}
	args := map[string]any{
		keyMethod: strings.ToLower(r.Method), keyPath: r.URL.EscapedPath(), keyQuery: r.URL.RawQuery, keyHeaders: headers,
	}
	if r.Body == nil {
		return args, nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, fmt.Errorf("read body: %w", err)
	}
	args[keyBody] = string(body)
	if contentType := r.Header.Get("Content-Type"); isJSON(contentType) || !isText(contentType) {
		args[keyBody] = base64.StdEncoding.EncodeToString(body)
	}
	return args, nil
}

// separator joins the values of a repeated request header; RFC 6265 wants cookies apart.
func separator(name string) string {
	if name == "Cookie" {
		return "; "
	}
	return ", "
}

// WriteResult writes the result of a web action to w. When it returns an error, it has written nothing.
func WriteResult(w http.ResponseWriter, result map[string]any) error {
	status, err := statusCode(result["statusCode"])
	if err != nil {
		return err
	}
	headers, _ := result["headers"].(map[string]any)
	header := http.Header{}
	for name, value := range headers {
		values, err := headerValues(value)
		if err != nil {
			return fmt.Errorf("header %s: %w", name, err)
		}
		header[http.CanonicalHeaderKey(name)] = values
	}
	body, err := resultBody(header.Get("Content-Type"), result["body"])
	if err != nil {
		return err
	}
	for name, values := range header {
		w.Header()[name] = values
	}
	w.WriteHeader(status)
	w.Write(body) // fails when the client is gone or the answer has no body: nobody is left to tell
	return nil
}

func statusCode(v any) (int, error) {
	code := http.StatusOK
	switch v := v.(type) {
	case nil:
	case int:
		code = v
	case float64:
		code = int(v)
	default:
		return 0, fmt.Errorf("statusCode: want a number, got %T", v)
	}
	if code < 200 || code > 599 {
		return 0, fmt.Errorf("statusCode: %d is out of range", code)
	}
	return code, nil
}

func resultBody(contentType string, v any) ([]byte, error) {
	text, isString := v.(string)
	if v == nil || text == "" && isString {
		return nil, nil
	}
	if !isString {
		return json.Marshal(v) // an object is sent as JSON
	}
	if contentType == "" || isText(contentType) {
		return []byte(text), nil
	}
	body, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("body: %w", err)
	}
	return body, nil
}
