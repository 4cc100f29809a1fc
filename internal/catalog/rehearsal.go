package catalog

import "strings"

// Rehearses reports whether the name of a file, a target, a stage or a program says that it is not for production.
func Rehearses(name string) bool {
	name = strings.ToLower(name)
	if strings.Contains(name, "e2e") {
		return true
	}
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return r < 'a' || r > 'z' }) {
		switch word {
		case "debug", "dbg", "dev", "development", "local", "test", "tests", "watch", "mock", "mocks", "fake", "stub":
			return true
		}
	}
	return false
}
