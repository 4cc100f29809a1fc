package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/faaslint/faaslint/examples/opensense/auth"
	"github.com/faaslint/faaslint/examples/opensense/config"
	"github.com/faaslint/faaslint/examples/opensense/server"
	"github.com/faaslint/faaslint/examples/opensense/store"
	"github.com/faaslint/faaslint/faas/openwhisk"
	"github.com/faaslint/faaslint/faas/replay"
)

const requestFile = "../testdata/requests.jsonl"

var update = flag.Bool("update", false, "write the answers of the server into "+requestFile)

// send has a handler answer a request.
func send(t *testing.T, h http.Handler, r replay.Request) (status int, body string) {
	t.Helper()
	a, err := replay.Handler(h)(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return a.Status, string(a.Body)
}

func readExchanges(t *testing.T) []replay.Exchange {
	t.Helper()
	all, err := replay.ReadFile(requestFile)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func newServer(t *testing.T, memory *store.Memory) *server.Server {
	t.Helper()
	s, err := server.New(context.Background(), config.Load(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s.UseStore(&store.Store{Meta: memory, Values: memory})
	return s
}

// TestSameAnswers replays the request file through the server and through the action.
func TestSameAnswers(t *testing.T) {
	exchanges := readExchanges(t)
	function := openwhisk.Gateway(Main)
	if status, _ := send(t, function, replay.Request{Method: "GET", Path: "/api/v1.0/sensors/501"}); status != http.StatusNotFound {
		t.Skip("the action's data have been changed by an earlier run in this process")
	}
	original := newServer(t, store.NewMemory(500, 48)).Handler()
	if *update {
		exchanges = record(t, original, exchanges)
		original = newServer(t, store.NewMemory(500, 48)).Handler()
	}
	for name, h := range map[string]http.Handler{"server": original, "action": function} {
		t.Run(name, func(t *testing.T) {
			differences, err := replay.Compare(t.Context(), replay.Handler(h), exchanges)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range differences {
				t.Error(d)
			}
		})
	}
}

func record(t *testing.T, h http.Handler, exchanges []replay.Exchange) []replay.Exchange {
	t.Helper()
	exchanges, err := replay.Record(t.Context(), replay.Handler(h), exchanges)
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := replay.Write(&buf, exchanges); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(requestFile, buf.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	return exchanges
}

// TestRequests wants the request file to try everything.
func TestRequests(t *testing.T) {
	exchanges := readExchanges(t)
	if len(exchanges) < 200 {
		t.Errorf("%d requests, want 200 or more", len(exchanges))
	}
	tried := map[string]bool{}
	for _, e := range exchanges {
		tried[fmt.Sprint(e.Answer.Status)] = true
		for part := range strings.SplitSeq(e.Query, "&") {
			name, _, _ := strings.Cut(part, "=")
			tried[name] = true
		}
		for _, segment := range strings.Split(e.Path, "/") {
			tried[e.Method+" "+segment] = true
		}
	}
	const want = `200,204,400,401,404,405,measurandId,refPoint,maxDistance,numNearest,boundingBox,boundingPolygon,minAccuracy,
		maxAccuracy,maxSensors,allowsDerivatives,allowsRedistribution,requiresAttribution,requiresChangeNote,requiresShareAlike,
		requiresKeepOpen,minTimestamp,maxTimestamp,aggregationType,aggregationRange,minValue,maxValue,name,shortName,tz,
		GET sensors,GET values,GET first,GET last,GET firstlast,POST addSensor,DELETE sensors,GET mysensors,GET mysensorids,
		POST addValue,POST addMultipleValues,GET measurands,GET units,GET licenses,POST login,GET profile,GET view,GET apidocs,
		GET apidocs.json,OPTIONS sensors`
	for name := range strings.SplitSeq(want, ",") {
		if name = strings.TrimSpace(name); !tried[name] {
			t.Errorf("no request tries %s", name)
		}
	}
}

func TestTooLarge(t *testing.T) {
	memory := store.NewMemory(2, 30_000)
	h := newServer(t, memory).Handler()
	for path, want := range map[string]int{
		"/api/v1.0/sensors/1/values":         http.StatusOK,
		"/api/v1.0/values":                   http.StatusRequestTimeout,
		"/api/v1.0/values?maxSensors=1":      http.StatusOK,
		"/api/v1.0/values?measurandId=3":     http.StatusOK,
		"/api/v1.0/values?minTimestamp=2023": http.StatusBadRequest,
	} {
		path, query, _ := strings.Cut(path, "?")
		if got, _ := send(t, h, replay.Request{Method: "GET", Path: path, Query: query}); got != want {
			t.Errorf("%s?%s: got %d, want %d", path, query, got, want)
		}
	}
}

func TestExpiredToken(t *testing.T) {
	signer, err := auth.NewSigner(config.Load())
	if err != nil {
		t.Fatal(err)
	}
	token, err := signer.Token(1, time.Now().Add(-61*time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	r := replay.Request{Method: "GET", Path: "/api/v1.0/users/profile", Headers: map[string]string{"Authorization": token}}
	if status, body := send(t, openwhisk.Gateway(Main), r); status != http.StatusUnauthorized {
		t.Errorf("got %d %s", status, body)
	}
}

func TestMainWithoutKey(t *testing.T) {
	t.Setenv("OPENSENSE_STORE", "real")
	t.Setenv("OPENSENSE_JWT_KEY", "")
	if got := Main(nil); got["statusCode"] != http.StatusInternalServerError {
		t.Errorf("got %v", got)
	}
}

// TestStoreDown says what clients see while the databases are away: an error, and soon.
func TestStoreDown(t *testing.T) {
	key, err := os.ReadFile("../auth/demo_key.pem")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("OPENSENSE_STORE", "real")
	t.Setenv("OPENSENSE_JWT_KEY", string(key))
	t.Setenv("OPENSENSE_POSTGRES_URL", "postgres://opensense@127.0.0.1:1/opensense")
	status, body := send(t, openwhisk.Gateway(Main), replay.Request{Method: "GET", Path: "/api/v1.0/sensors/1"})
	if status != http.StatusInternalServerError || body != `{"error":"internal error"}`+"\n" {
		t.Errorf("got %d %s", status, body)
	}
}
