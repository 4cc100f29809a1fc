// The program opens a database, of another package, under another name.
package main

import (
	"log"

	"strip/driver/db"

	_ "github.com/lib/pq" // want `the import of github.com/lib/pq registers the database driver postgres, which nothing in this program opens`
)

func main() {
	if _, err := db.Open(); err != nil {
		log.Fatal(err)
	}
}
