// What only writes an answer by way of a router does nothing that requests come for.
package main

import (
	"context"
	"log"
	"net/http"
	"strings"

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
	users, err = firestore.NewClient(context.Background(), "users") // only a hidden name goes without: silent
	if err != nil {
		log.Fatal(err)
	}
	router := gin.New()
	router.GET("/show", show)
	_ = router.Run(":8080")
}

func show(c *gin.Context) {
	name := c.Query("name")
	if strings.HasPrefix(name, "_") {
		c.String(http.StatusOK, "hidden")
		return
	}
	c.String(http.StatusOK, notes.Doc(users.Doc(name).ID).ID)
}
