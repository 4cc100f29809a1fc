// The constructor is one, two and three calls away; beside each the same with an argument from the request.
package main

import (
	"net/http"
	"regexp"
)

func one(s string) bool { return regexp.MustCompile(`^one-\d+$`).MatchString(s) } // want `regular expression is .* on every request of H`

func two(s string) bool     { return twoMore(s) }
func twoMore(s string) bool { return regexp.MustCompile(`^two-\d+$`).MatchString(s) } // want `regular expression is .* on every request of H`

func three(s string) bool     { return threeMore(s) }
func threeMore(s string) bool { return threeMost(s) }
func threeMost(s string) bool { return regexp.MustCompile(`^three-\d+$`).MatchString(s) } // want `regular expression is .* on every request of H`

func match(pattern, s string) bool   { return matchIt(pattern, s) }
func matchIt(pattern, s string) bool { return regexp.MustCompile(pattern).MatchString(s) }

func H(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	_ = one(id) || two(id) || three(id)
	match(r.Header.Get("X-Filter"), id)
}

func main() {
	http.HandleFunc("/", H)
	http.ListenAndServe(":8080", nil)
}
