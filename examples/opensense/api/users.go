package api

import (
	"net/http"

	"github.com/faaslint/faaslint/examples/opensense/config"
	"github.com/faaslint/faaslint/examples/opensense/endpoint"
	"github.com/faaslint/faaslint/examples/opensense/store"
)

func (d Deps) login(w http.ResponseWriter, r *http.Request) {
	meta, err := store.OpenMetadata(r.Context(), config.Load())
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	defer meta.Close()
	endpoint.Login(w, r, meta, d.Signer)
}

func profile(w http.ResponseWriter, r *http.Request) {
	meta, err := store.OpenMetadata(r.Context(), config.Load())
	if err != nil {
		endpoint.Fail(w, r, err)
		return
	}
	defer meta.Close()
	endpoint.Profile(w, r, meta)
}
