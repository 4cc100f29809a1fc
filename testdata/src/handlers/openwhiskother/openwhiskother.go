// A Main of another signature, and in another package, is no action.
package openwhiskother

import "regexp"

func Main(id string) bool { return regexp.MustCompile(`^cart-\d+$`).MatchString(id) }
