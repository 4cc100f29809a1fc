// Several handlers load a catalogue that comes with the program: they share one.
package main

import (
	"encoding/json"
	"net/http"

	"fixes/constructor/data"
)

func List(w http.ResponseWriter, r *http.Request) {
	cat, err := data.Load() // want `data.Load decodes a JSON document on every request of List`
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	json.NewEncoder(w).Encode(cat.Units)
}

func Find(w http.ResponseWriter, r *http.Request) {
	cat, err := data.Load() // want `data.Load decodes a JSON document on every request of Find`
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	found := cat.Find(r.URL.Query().Get("name"))
	found = append(found, data.Unit{ID: "?"}) // its own list
	json.NewEncoder(w).Encode(found)
}

// Read and Short decode what the request sends, and what is short.
func Read(w http.ResponseWriter, r *http.Request) {
	units, err := data.Decode([]byte(r.URL.RawQuery))
	if err != nil {
		return
	}
	json.NewEncoder(w).Encode(units)
}

func Short(w http.ResponseWriter, r *http.Request) {
	units, err := data.Short()
	if err != nil {
		return
	}
	json.NewEncoder(w).Encode(units)
}

func main() {
	http.HandleFunc("/list", List)
	http.HandleFunc("/find", Find)
	http.HandleFunc("/read", Read)
	http.HandleFunc("/short", Short)
	others()
	http.ListenAndServe(":8080", nil)
}
