package api

import (
	"net/http"

	"github.com/faaslint/faaslint/examples/opensense/catalogue"
	"github.com/faaslint/faaslint/examples/opensense/config"
	"github.com/faaslint/faaslint/examples/opensense/endpoint"
	"github.com/faaslint/faaslint/examples/opensense/store"
)

func sensors(w http.ResponseWriter, r *http.Request) {
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
	endpoint.Sensors(w, r, st.Meta, cat)
}

func addSensor(w http.ResponseWriter, r *http.Request) {
	meta, err := store.OpenMetadata(r.Context(), config.Load())
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	defer meta.Close()
	cat, err := catalogue.Load()
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	endpoint.AddSensor(w, r, meta, cat)
}

func mySensors(w http.ResponseWriter, r *http.Request) {
	meta, err := store.OpenMetadata(r.Context(), config.Load())
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	defer meta.Close()
	endpoint.MySensors(w, r, meta)
}

func mySensorIDs(w http.ResponseWriter, r *http.Request) {
	meta, err := store.OpenMetadata(r.Context(), config.Load())
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	defer meta.Close()
	endpoint.MySensorIDs(w, r, meta)
}

func sensor(w http.ResponseWriter, r *http.Request) {
	st, err := store.Open(r.Context(), config.Load())
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	defer st.Close()
	endpoint.Sensor(w, r, st.Meta)
}

func deleteSensor(w http.ResponseWriter, r *http.Request) {
	st, err := store.Open(r.Context(), config.Load())
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	defer st.Close()
	endpoint.DeleteSensor(w, r, st)
}
