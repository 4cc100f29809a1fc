// The classic watchdog of OpenFaaS forks a process for each request.
package function

import "regexp"

func Handle(req []byte) string {
	return string(regexp.MustCompile(`\s+`).ReplaceAll(req, []byte(" ")))
}
