//go:build linux

package databases

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// jolokiaVersion is that of the pom: the Java agent that makes Cassandra's management, which is Java's only, answer HTTP.
const jolokiaVersion = "2.2.9"

// control has Cassandra do one of its management operations, and returns what that returns, in JSON.
func (d *Databases) control(ctx context.Context, bean, operation string, arguments ...any) (json.RawMessage, error) {
	body, err := json.Marshal(map[string]any{"type": "exec", "mbean": bean, "operation": operation, "arguments": arguments})
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+loopback(d.state.CassandraControlPort)+"/jolokia/", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.SetBasicAuth(name, d.state.ControlPassword)
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, fmt.Errorf("have cassandra do %s: %w", operation, err)
	}
	defer answer.Body.Close()
	var result struct {
		Status int
		Error  string
		Value  json.RawMessage
	}
	if err := json.NewDecoder(answer.Body).Decode(&result); err != nil {
		return nil, fmt.Errorf("have cassandra do %s: %s: %w", operation, answer.Status, err)
	}
	if result.Status != http.StatusOK {
		return nil, fmt.Errorf("have cassandra do %s: %d: %s", operation, result.Status, result.Error)
	}
	return result.Value, nil
}
