// What asks another client does more than to greet.
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
	users, err = firestore.NewClient(context.Background(), "users") // want `of its handlers only show needs it, not greet`
	if err != nil {
		log.Fatal(err)
	}
	router := gin.New()
	router.GET("/", greet)
	router.GET("/show", show)
	_ = router.Run(":8080")
}

func greet(c *gin.Context) { c.String(http.StatusOK, notes.Doc(c.Query("page")).ID) }

func show(c *gin.Context) { c.String(http.StatusOK, notes.Doc(users.Doc(c.Query("name")).ID).ID) }
