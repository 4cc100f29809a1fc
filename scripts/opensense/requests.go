//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/faaslint/faaslint/faas/replay"
)

// performance makes up the requests whose times are of interest, the same ones each time: for the data set that
// opensense-stores seeds, with about 23 sensors to a range query and 6 to an area.
func performance(each int) []replay.Exchange {
	random := rand.New(rand.NewPCG(2020, 9))
	place := func() string {
		return fmt.Sprintf("refPoint=%.4f,%.4f", 47.5+7.3*random.Float64(), 6.1+8.7*random.Float64())
	}
	get := func(name, path, query string) replay.Exchange {
		return replay.Exchange{Name: name, Request: replay.Request{Method: "GET", Path: "/api/v1.0" + path, Query: query}}
	}
	const token = `"id":"([^"]+)"`
	all := []replay.Exchange{{
		Request: replay.Request{Method: "POST", Path: "/api/v1.0/users/login", Body: replay.Body(`{"username":"opensense","password":"sunshine"}`)},
		Save:    map[string]string{"token": token}, Mask: []string{token},
	}}
	for range each {
		all = append(all, get("range query", "/sensors", place()+"&maxDistance=10000"))
	}
	for range each {
		all = append(all, get("last value", fmt.Sprintf("/sensors/%d/values/last", 1+random.IntN(large.sensors)), ""))
	}
	for range each / 10 {
		all = append(all, get("values of an area", "/values", place()+"&maxDistance=5000&minTimestamp=2019-11-23T06:00:00Z&maxTimestamp=2019-11-23T18:00:00Z"))
	}
	for i := range each / 10 {
		all = append(all, bulkInsert(1+2*random.IntN(large.sensors/2), i))
	}
	return append(all, get("no store", "/measurands", ""), get("no store", "/units", "measurandId=1"), get("no store", "/licenses/4", ""))
}

// bulkInsert adds a hundred values to a sensor of the user who has logged in: those with odd ids.
func bulkInsert(sensor, day int) replay.Exchange {
	type value struct {
		Timestamp   string  `json:"timestamp"`
		NumberValue float64 `json:"numberValue"`
	}
	var values []value
	for i := range 100 {
		values = append(values, value{fmt.Sprintf("2020-01-%02dT%02d:%02d:00Z", 1+day%28, i/10, i%10), 20 + float64(i)/8})
	}
	body, _ := json.Marshal(map[string]any{"sensorId": sensor, "values": values}) // cannot fail: strings and numbers
	return replay.Exchange{Name: "bulk insert", Request: replay.Request{Method: "POST", Path: "/api/v1.0/sensors/addMultipleValues",
		Headers: map[string]string{"Authorization": "${token}", "Content-Type": "application/json"}, Body: body}}
}

// record has the server answer the requests, on fresh data, and returns the file with its answers.
func (s *story) record(ctx context.Context, requests []replay.Exchange) (string, error) {
	asked, recorded := filepath.Join(s.bin, "performance.jsonl"), filepath.Join(s.bin, "recorded.jsonl")
	if err := write(asked, requests); err != nil {
		return "", err
	}
	env, err := s.stores.env(ctx)
	if err != nil {
		return "", err
	}
	args := []string{"record", "-C", example, "-host", "http", "-requests", asked, "-fresh", s.stores.command("fresh"), "-o", recorded}
	for _, setting := range env {
		name, _, _ := strings.Cut(setting, "=")
		args = append(args, "-env", name)
	}
	s.say("recording the answers of the server to %d requests", len(requests))
	cmd := exec.CommandContext(ctx, filepath.Join(s.bin, "faaslint-lab"), append(args, "./cmd/opensense-server")...)
	cmd.Env, cmd.Stderr = append(os.Environ(), env...), &teller{story: s}
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("faaslint-lab record: %w", err)
	}
	all, err := replay.ReadFile(recorded)
	if err != nil {
		return "", err
	}
	for _, e := range all {
		if e.Answer.Status != 200 {
			return "", fmt.Errorf("the server answers %s %s with %d: %s", e.Method, e.URI(), e.Answer.Status, strings.TrimSpace(string(e.Answer.Body)))
		}
	}
	return recorded, nil
}

// named returns the requests of some groups, and those that save something for them.
func named(all []replay.Exchange, names ...string) []replay.Exchange {
	return slices.DeleteFunc(all, func(e replay.Exchange) bool { return len(e.Save) == 0 && !slices.Contains(names, e.Name) })
}

func write(name string, all []replay.Exchange) error {
	var text bytes.Buffer
	if err := replay.Write(&text, all); err != nil {
		return err
	}
	return os.WriteFile(name, text.Bytes(), 0o644)
}
