// The platform is called in another package; what is passed there becomes a handler.
package main

import (
	"context"
	"regexp"

	"handlers/wrapper/start"
)

func H(ctx context.Context, id string) (bool, error) {
	return regexp.MustCompile(`^cart-\d+$`).MatchString(id), nil // want `regular expression is .* on every request of H`
}

func warm(ctx context.Context, id string) (bool, error) {
	return regexp.MustCompile(`^order-\d+$`).MatchString(id), nil
}

func main() {
	_, _ = start.Once(warm)
	start.Lambda("carts", H)
}
