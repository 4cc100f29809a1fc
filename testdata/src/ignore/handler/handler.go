// A directive makes a handler of a function that only generated code calls.
package handler

import "regexp"

// Entry is called by the platform's generated main.
//
//faaslint:handler
func Entry(id string) bool {
	return regexp.MustCompile(`^cart-\d+$`).MatchString(id) // want `regular expression is .* on every request of Entry`
}

// Other is called by nobody we know.
func Other(id string) bool {
	return regexp.MustCompile(`^order-\d+$`).MatchString(id)
}
