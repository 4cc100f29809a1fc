// Package events is a stub of github.com/aws/aws-lambda-go/events v1.55.1.
package events

type APIGatewayProxyRequest struct {
	Resource   string `json:"resource"`
	Path       string `json:"path"`
	HTTPMethod string `json:"httpMethod"`
	Body       string `json:"body"`
}

type APIGatewayProxyResponse struct {
	StatusCode int    `json:"statusCode"`
	Body       string `json:"body"`
}

type APIGatewayV2HTTPRequest struct {
	RouteKey       string                         `json:"routeKey"`
	RawPath        string                         `json:"rawPath"`
	RequestContext APIGatewayV2HTTPRequestContext `json:"requestContext"`
}

type APIGatewayV2HTTPRequestContext struct {
	RouteKey string                                        `json:"routeKey"`
	HTTP     APIGatewayV2HTTPRequestContextHTTPDescription `json:"http"`
}

type APIGatewayV2HTTPRequestContextHTTPDescription struct {
	Method string `json:"method"`
	Path   string `json:"path"`
}
