// An authorizer that denies has failed: what only it goes without is silent.
package main

import (
	"context"
	"log"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

var users, groups *firestore.Client

func main() {
	var err error
	users, err = firestore.NewClient(context.Background(), "users")
	if err != nil {
		log.Fatal(err)
	}
	groups, err = firestore.NewClient(context.Background(), "groups") // silent
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(handle)
}

type policy struct{ Name, Effect string }

func policyOf(name, effect string) policy { return policy{name, effect} }

func handle(ctx context.Context, req events.APIGatewayProxyRequest) (policy, error) {
	user, err := users.Doc(req.Path).Get(ctx)
	if err != nil {
		return policy{}, err
	}
	if req.HTTPMethod == "HEAD" {
		return policyOf(user.Ref.ID, "Deny"), nil
	}
	return policyOf(groups.Doc(user.Ref.ID).ID, "Allow"), nil
}
