// No handler at all: a command runs once.
package main

import (
	"fmt"
	"os"
	"regexp"
)

func valid(arg string) bool { return regexp.MustCompile(`^cart-\d+$`).MatchString(arg) }

func main() {
	for _, arg := range os.Args[1:] {
		fmt.Println(valid(arg))
	}
}
