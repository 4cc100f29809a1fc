package tests

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"
)

func TestPath(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !regexp.MustCompile(`^/carts/\d+$`).MatchString(r.URL.Path) {
			t.Error(r.URL.Path)
		}
	}))
	defer srv.Close()
	if resp, err := http.Get(srv.URL + Path()); err == nil {
		resp.Body.Close()
	}
}
