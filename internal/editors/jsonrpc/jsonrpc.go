// Package jsonrpc reads and writes the messages of a language server's standard input and output. It is for the tests and
// measurements of this repository: a client that knows one server, and no more than they need.
package jsonrpc

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// A Message is a request (Method and ID), an answer (ID alone) or a notification (Method alone).
type Message struct {
	JSONRPC string          `json:"jsonrpc"`
	ID      *int            `json:"id,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   json.RawMessage `json:"error,omitempty"`
}

// Read returns the next message. The error is io.EOF when the server has closed its output between two messages.
func Read(r *bufio.Reader) (m Message, err error) {
	size := -1
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return m, err
		}
		line = strings.TrimSpace(line)
		if line == "" {
			break
		}
		text, ok := strings.CutPrefix(line, "Content-Length:")
		if !ok {
			continue // another header, of which there is none that matters
		}
		if size, err = strconv.Atoi(strings.TrimSpace(text)); err != nil {
			return m, fmt.Errorf("reading a message: %w", err)
		}
	}
	if size < 0 {
		return m, fmt.Errorf("reading a message: it has no Content-Length")
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(r, body); err != nil {
		return m, fmt.Errorf("reading a message: %w", err)
	}
	return m, json.Unmarshal(body, &m)
}

// Write sends a message. It is for one goroutine at a time.
func Write(w io.Writer, m Message) error {
	m.JSONRPC = "2.0"
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "Content-Length: %d\r\n\r\n%s", len(body), body)
	return err
}
