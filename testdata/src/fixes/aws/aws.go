// A client is made from a configuration, which has no other use.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

func H(ctx context.Context) error {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion("eu-north-1")) // want `AWS configuration is .* on every request of H`
	if err != nil {
		return err
	}
	client := dynamodb.NewFromConfig(cfg) // want `AWS .* client is .* on every request of H`
	_, err = client.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String("carts")})
	return err
}

func main() { lambda.Start(H) }
