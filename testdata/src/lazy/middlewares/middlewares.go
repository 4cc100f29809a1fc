// What another package hands to Use is no handler of its own, nor is what a router of this package gets by it.
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
	client, err = firestore.NewClient(context.Background(), "client") // want `of its handlers only show needs it, not auth.Users.Login;`
	if err != nil {
		log.Fatal(err)
	}

	router := gin.New()
	users := &auth.Users{}
	web.Routes(router, users.Check, users.Login)
	router.GET("/show/:id", show)
	own := &stack{}
	own.Use(note)
	_ = router.Run(":8080")
}

type stack struct{ list []http.HandlerFunc }

func (s *stack) Use(f func(http.ResponseWriter, *http.Request)) { s.list = append(s.list, f) }

func note(w http.ResponseWriter, r *http.Request) { log.Print(r.URL) }

func show(c *gin.Context) { c.String(http.StatusOK, client.Doc(c.Param("id")).ID) }
