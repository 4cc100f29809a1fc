package api

import (
	"net/http"

	"github.com/faaslint/faaslint/examples/opensense/catalogue"
	"github.com/faaslint/faaslint/examples/opensense/config"
	"github.com/faaslint/faaslint/examples/opensense/endpoint"
	"github.com/faaslint/faaslint/examples/opensense/store"
)

func addValue(w http.ResponseWriter, r *http.Request) {
	st, err := store.Open(r.Context(), config.Load())
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	defer st.Close()
	endpoint.AddValue(w, r, st)
}

func addMultipleValues(w http.ResponseWriter, r *http.Request) {
	st, err := store.Open(r.Context(), config.Load())
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	defer st.Close()
	endpoint.AddMultipleValues(w, r, st)
}

func sensorValues(w http.ResponseWriter, r *http.Request) {
	st, err := store.Open(r.Context(), config.Load())
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	defer st.Close()
	endpoint.SensorValues(w, r, st)
}

func firstValue(w http.ResponseWriter, r *http.Request) {
	st, err := store.Open(r.Context(), config.Load())
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	defer st.Close()
	endpoint.FirstValue(w, r, st)
}

func lastValue(w http.ResponseWriter, r *http.Request) {
	st, err := store.Open(r.Context(), config.Load())
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	defer st.Close()
	endpoint.LastValue(w, r, st)
}

func firstLastValue(w http.ResponseWriter, r *http.Request) {
	st, err := store.Open(r.Context(), config.Load())
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	defer st.Close()
	endpoint.FirstLastValue(w, r, st)
}

func values(w http.ResponseWriter, r *http.Request) {
	st, err := store.Open(r.Context(), config.Load())
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	defer st.Close()
	cat, err := catalogue.Load()
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	endpoint.Values(w, r, st, cat)
}
