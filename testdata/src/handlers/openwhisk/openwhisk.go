// OpenWhisk calls Main for each activation; its own main is generated.
package main

import "regexp"

func Main(args map[string]any) map[string]any {
	id, _ := args["id"].(string)
	ok := regexp.MustCompile(`^cart-\d+$`).MatchString(id) // want `regular expression is .* on every request of Main`
	return map[string]any{"ok": ok}
}

// Not the name that the platform looks for.
func Other(args map[string]any) map[string]any {
	id, _ := args["id"].(string)
	ok := regexp.MustCompile(`^order-\d+$`).MatchString(id)
	return map[string]any{"ok": ok}
}
