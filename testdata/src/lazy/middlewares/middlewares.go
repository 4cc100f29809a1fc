// What another package hands to Use is no handler of its own.
package main

import (
	"context"
	"log"
	"net/http"

	"cloud.google.com/go/firestore"
	"github.com/gin-gonic/gin"

	"lazy/middlewares/auth"
	"lazy/middlewares/web"
)

var client *firestore.Client

func main() {
	var err error
	client, err = firestore.NewClient(context.Background(), "client") // want `of its handlers only show needs it, not auth.Users.Login`
	if err != nil {
		log.Fatal(err)
	}

	router := gin.New()
	users := &auth.Users{}
	web.Routes(router, users.Check, users.Login)
	router.GET("/show/:id", show)
	_ = router.Run(":8080")
}

func show(c *gin.Context) { c.String(http.StatusOK, client.Doc(c.Param("id")).ID) }
