package main

import (
	_ "embed"
	"encoding/json"
	"net/http"

	"fixes/constructor/data"
)

// Sorts changes it by a method of another package.
func Sorts(w http.ResponseWriter, r *http.Request) {
	cat, err := data.Load() // want `JSON document is decoded on every request of Sorts`
	if err != nil {
		return
	}
	cat.Sort()
}

// Sets changes it in place.
func Sets(w http.ResponseWriter, r *http.Request) {
	cat, err := data.Load() // want `JSON document is decoded on every request of Sets`
	if err != nil {
		return
	}
	cat.Units[0].Name = r.URL.Path
}

// Appends may write behind the end of its list.
func Appends(w http.ResponseWriter, r *http.Request) {
	cat, err := data.Load() // want `JSON document is decoded on every request of Appends`
	if err != nil {
		return
	}
	cat.Units = append(cat.Units, data.Unit{ID: r.URL.Path})
}

// SetsPart changes a part that a function hands out.
func SetsPart(w http.ResponseWriter, r *http.Request) {
	cat, err := data.Load() // want `JSON document is decoded on every request of SetsPart`
	if err != nil {
		return
	}
	data.First(cat).Name = r.URL.Path
}

// Decodes fills it from the request.
func Decodes(w http.ResponseWriter, r *http.Request) {
	cat, err := data.Load() // want `JSON document is decoded on every request of Decodes`
	if err != nil {
		return
	}
	_ = json.NewDecoder(r.Body).Decode(cat)
}

// Gives has it kept by another package.
func Gives(w http.ResponseWriter, r *http.Request) {
	cat, err := data.Load() // want `JSON document is decoded on every request of Gives`
	if err != nil {
		return
	}
	data.Keep(cat)
}

// Leaves has it used after the request, where nobody sees how.
func Leaves(w http.ResponseWriter, r *http.Request) {
	cat, err := data.Load() // want `JSON document is decoded on every request of Leaves`
	if err != nil {
		return
	}
	queue <- cat
}

// Calls gives it to somebody who may be anybody.
func Calls(w http.ResponseWriter, r *http.Request) {
	cat, err := data.Load() // want `JSON document is decoded on every request of Calls`
	if err != nil {
		return
	}
	hook(cat)
}

// Indirect changes it in a literal, by another name.
func Indirect(w http.ResponseWriter, r *http.Request) {
	cat, err := data.Load() // want `JSON document is decoded on every request of Indirect`
	if err != nil {
		return
	}
	units := cat.Units
	rename := func() { units[0].Name = r.URL.Path }
	rename()
}

// Here nobody returns what is filled.
//
//go:embed shop.json
var prices []byte

func Inline(w http.ResponseWriter, r *http.Request) {
	var p map[string]int
	if err := json.Unmarshal(prices, &p); err != nil { // want `JSON document is decoded on every request of Inline`
		return
	}
	json.NewEncoder(w).Encode(p[r.URL.Path])
}

var queue = make(chan *data.Catalogue, 1)

var hook = func(*data.Catalogue) {}

func SetHook(f func(*data.Catalogue)) { hook = f }

func others() {
	http.HandleFunc("/sorts", Sorts)
	http.HandleFunc("/sets", Sets)
	http.HandleFunc("/appends", Appends)
	http.HandleFunc("/setspart", SetsPart)
	http.HandleFunc("/decodes", Decodes)
	http.HandleFunc("/gives", Gives)
	http.HandleFunc("/leaves", Leaves)
	http.HandleFunc("/calls", Calls)
	http.HandleFunc("/indirect", Indirect)
	http.HandleFunc("/inline", Inline)
}
