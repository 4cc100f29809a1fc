// What is true may be unsafe to take out: each variable has one reason against a fix, and one beside it is needed.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"net/http"
	"os"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

var (
	failing *firestore.Client // checks
	pool    *sql.DB           // checks
	effect  *s3.Client        // effects
	tested  *s3.Client        // compared
)

// about is commented.
var about = s3.NewFromConfig(aws.Config{}) // want `no request of handle needs it`

// store has one field that nobody reads and one that the handler does.
type store struct {
	users *dynamodb.Client
	files *s3.Client
}

var kept store

func configured() aws.Config {
	fmt.Println("asked for the configuration")
	return aws.Config{}
}

func main() {
	var err error
	failing, err = firestore.NewClient(context.Background(), "a") // want `Firestore client is opened when an instance starts, and no request of handle needs it; a cold start pays for a connection for nothing`
	if err != nil {
		log.Fatal(err)
	}
	defer failing.Close()
	pool, err = sql.Open("pgx", os.Getenv("DB")) // want `database pool is opened when an instance starts, and no request of handle needs it`
	if err != nil {
		log.Fatal(err)
	}
	pool.SetMaxOpenConns(2)
	effect = s3.NewFromConfig(configured()) // want `no request of handle needs it`
	tested = s3.NewFromConfig(aws.Config{}) // want `no request of handle needs it`
	if tested == nil {
		log.Fatal("no client")
	}
	kept.users = dynamodb.NewFromConfig(aws.Config{}) // want `no request of handle needs it`
	kept.files = s3.NewFromConfig(aws.Config{})
	lambda.Start(handle)
}

func handle(ctx context.Context, key string) (string, error) {
	out, err := kept.files.GetObject(ctx, &s3.GetObjectInput{Key: &key})
	return fmt.Sprint(out), err
}

// Serve is called by nobody.
func unused(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") }
