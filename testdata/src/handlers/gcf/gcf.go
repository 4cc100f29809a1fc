// Cloud functions are registered while the package is initialised.
package gcf

import (
	"net/http"
	"regexp"

	"github.com/GoogleCloudPlatform/functions-framework-go/functions"
)

var cart = regexp.MustCompile(`^/carts/\d+$`)

func init() {
	regexp.MustCompile(`^[A-Z]`).MatchString("Carts")
	functions.HTTP("Carts", carts)
	functions.Typed("Orders", orders)
}

func carts(w http.ResponseWriter, r *http.Request) {
	cart.MatchString(r.URL.Path)
	regexp.MustCompile(`^/stock/\d+$`).MatchString(r.URL.Path) // want `regular expression is .* on every request of carts`
}

func orders(id string) (string, error) {
	return regexp.MustCompile(`\D`).ReplaceAllString(id, ""), nil // want `regular expression is .* on every request of orders`
}
