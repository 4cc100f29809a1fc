// What only writes an answer by way of a router greets, at the root of all paths.
package main

import (
	"context"
	"log"
	"net/http"

	"cloud.google.com/go/firestore"
	"github.com/gin-gonic/gin"
)

var notes, users *firestore.Client

func main() {
	var err error
	notes, err = firestore.NewClient(context.Background(), "notes")
	if err != nil {
		log.Fatal(err)
	}
	users, err = firestore.NewClient(context.Background(), "users") // silent
	if err != nil {
		log.Fatal(err)
	}
	router := gin.New()
	router.GET("/", greet)
	router.GET("/show", show)
	_ = router.Run(":8080")
}

func greet(c *gin.Context) { c.String(http.StatusOK, "hello") }

func show(c *gin.Context) { c.String(http.StatusOK, notes.Doc(users.Doc(c.Query("name")).ID).ID) }
