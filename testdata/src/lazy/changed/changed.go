// A function that gives back an event changed has done something.
package main

import (
	"context"
	"log"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/lambda"
)

type event struct {
	TriggerSource string
	UserName      string
	Response      struct{ AutoConfirmUser bool }
}

var users *firestore.Client

func init() {
	var err error
	users, err = firestore.NewClient(context.Background(), "users") // want `Firestore client is opened when an instance starts, but handle can do without on some of its paths`
	if err != nil {
		log.Fatal(err)
	}
}

func main() { lambda.Start(handle) }

func handle(ctx context.Context, e event) (event, error) {
	if e.TriggerSource != "PreSignUp_SignUp" {
		e.Response.AutoConfirmUser = true
		return e, nil
	}
	_, err := users.Doc(e.UserName).Get(ctx)
	return e, err
}
