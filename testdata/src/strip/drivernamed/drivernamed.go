// Another package opens the driver by its name: silent.
package main

import (
	"log"

	"strip/drivernamed/db"

	_ "github.com/lib/pq"
)

func main() {
	if _, err := db.Open(); err != nil {
		log.Fatal(err)
	}
}
