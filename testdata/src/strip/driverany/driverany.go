// Another package opens a driver whose name is not known: silent.
package main

import (
	"log"

	"strip/driverany/db"

	_ "github.com/lib/pq"
)

func main() {
	if _, err := db.Open(); err != nil {
		log.Fatal(err)
	}
}
