// What stands before a handler in the list of a route answers nothing: it runs for the requests of that handler.
package main

import (
	"context"
	"log"
	"net/http"

	"cloud.google.com/go/firestore"
	"github.com/gin-gonic/gin"
)

var users, files *firestore.Client

func main() {
	var err error
	users, err = firestore.NewClient(context.Background(), "users") // both routes need it: silent
	if err != nil {
		log.Fatal(err)
	}
	files, err = firestore.NewClient(context.Background(), "files") // want `of its handlers only show needs it, not list`
	if err != nil {
		log.Fatal(err)
	}
	router := gin.New()
	router.GET("/show/:id", check("secret"), show)
	router.GET("/list/:id", list)
	_ = router.Run(":8080")
}

func check(secret string) gin.HandlerFunc {
	return func(c *gin.Context) {
		if c.Query("secret") != secret {
			c.Status(http.StatusForbidden)
			return
		}
		c.Next()
	}
}

func show(c *gin.Context) { c.String(http.StatusOK, users.Doc(files.Doc(c.Param("id")).ID).ID) }

func list(c *gin.Context) { c.String(http.StatusOK, users.Doc(c.Param("id")).ID) }
