package api

import (
	"net/http"
	"time"

	"github.com/faaslint/faaslint/examples/opensense/catalogue"
	"github.com/faaslint/faaslint/examples/opensense/config"
	"github.com/faaslint/faaslint/examples/opensense/docs"
	"github.com/faaslint/faaslint/examples/opensense/endpoint"
	"github.com/faaslint/faaslint/examples/opensense/store"
	"github.com/faaslint/faaslint/examples/opensense/web"
)

func home(w http.ResponseWriter, r *http.Request) {
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
	pages, err := web.Parse()
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	endpoint.Home(w, r, st.Meta, cat, pages)
}

func sensorPage(w http.ResponseWriter, r *http.Request) {
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
	pages, err := web.Parse()
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	zone, err := time.LoadLocation(config.Load().TimeZone)
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	endpoint.SensorPage(w, r, st, cat, pages, zone)
}

func apiDocs(w http.ResponseWriter, r *http.Request) {
	doc, err := docs.Load()
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	pages, err := web.Parse()
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	endpoint.Docs(w, r, doc, pages)
}

func swagger(w http.ResponseWriter, r *http.Request) {
	doc, err := docs.Load()
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	endpoint.Swagger(w, r, doc)
}
