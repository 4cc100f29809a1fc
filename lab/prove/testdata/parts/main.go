// Parts is an action with two routes, one of which needs a client that is long in its package initialisation.
package main

import "github.com/gocql/gocql"

func Main(args map[string]any) map[string]any {
	switch args["__ow_path"] {
	case "/health":
		return map[string]any{"body": "good"}
	case "/things":
		return map[string]any{"body": gocql.NewSession()}
	}
	return map[string]any{"statusCode": 404}
}
