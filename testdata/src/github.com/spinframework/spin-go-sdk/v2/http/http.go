// Package http is a stub of github.com/spinframework/spin-go-sdk/v2/http.
package http

import "net/http"

var handler func(http.ResponseWriter, *http.Request)

func Handle(fn func(http.ResponseWriter, *http.Request)) { handler = fn }
