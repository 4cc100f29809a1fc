package web

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

type handler func(context.Context, events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error)

var routes = map[string]handler{}

func Add(name string, h handler) { routes[name] = h }

func Serve() { lambda.Start(serve) }

func serve(ctx context.Context, req events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
	return routes[req.Path](ctx, req)
}
