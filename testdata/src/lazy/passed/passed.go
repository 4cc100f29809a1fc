// A function that gives back an event which it is not there for has done nothing.
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
	users, err = firestore.NewClient(context.Background(), "users") // an event of another kind is passed on as it is: silent
	if err != nil {
		log.Fatal(err)
	}
}

func main() { lambda.Start(handle) }

func handle(ctx context.Context, e event) (event, error) {
	if e.TriggerSource != "PreSignUp_SignUp" {
		return e, nil
	}
	_, err := users.Doc(e.UserName).Get(ctx)
	return e, err
}
