package api

import (
	"net/http"

	"github.com/faaslint/faaslint/examples/opensense/catalogue"
	"github.com/faaslint/faaslint/examples/opensense/endpoint"
)

func measurands(w http.ResponseWriter, r *http.Request) {
	cat, err := catalogue.Load()
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	endpoint.Measurands(w, r, cat)
}

func measurand(w http.ResponseWriter, r *http.Request) {
	cat, err := catalogue.Load()
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	endpoint.Measurand(w, r, cat)
}

func units(w http.ResponseWriter, r *http.Request) {
	cat, err := catalogue.Load()
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	endpoint.Units(w, r, cat)
}

func unit(w http.ResponseWriter, r *http.Request) {
	cat, err := catalogue.Load()
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	endpoint.Unit(w, r, cat)
}

func licenses(w http.ResponseWriter, r *http.Request) {
	cat, err := catalogue.Load()
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	endpoint.Licenses(w, r, cat)
}

func license(w http.ResponseWriter, r *http.Request) {
	cat, err := catalogue.Load()
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	endpoint.License(w, r, cat)
}
