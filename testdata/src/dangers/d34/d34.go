// A client without a transport of its own shares the default one and costs nothing; a transport per request keeps no connection.
package main

import (
	"net/http"
	"time"
)

func H(w http.ResponseWriter, r *http.Request) {
	client := http.Client{Timeout: time.Second}
	if resp, err := client.Head("https://stock.example.com/"); err == nil {
		resp.Body.Close()
	}
}

func G(w http.ResponseWriter, r *http.Request) {
	client := http.Client{Timeout: time.Second, Transport: &http.Transport{MaxIdleConns: 9}} // want `HTTP transport is .* on every request of G`
	if resp, err := client.Head("https://stock.example.com/"); err == nil {
		resp.Body.Close()
	}
}

func main() {
	http.HandleFunc("/h", H)
	http.HandleFunc("/g", G)
	http.ListenAndServe(":8080", nil)
}
