// What is put into the options of a client is in the client.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"

	"github.com/GoogleCloudPlatform/functions-framework-go/functions"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

var (
	files *s3.Client

	table *dynamodb.Client

	open *s3.Client

	notes *dynamodb.Client

	marks *dynamodb.Client
)

func main() {
	both, _ := config.LoadDefaultConfig(context.Background())               // both clients are made from it: silent
	files = s3.New(s3.Options{Region: "eu", Credentials: both.Credentials}) // want `only store needs it, not look`
	log.Print("next")
	table = dynamodb.NewFromConfig(both) // want `only look needs it, not store`
	log.Print("next")
	one, _ := config.LoadDefaultConfig(context.Background()) // want `AWS configuration is loaded when an instance starts, but of its handlers only look needs it, not store`
	log.Print("next")
	open = s3.New(s3.Options{Region: "eu"}) // want `only store needs it, not look`
	log.Print("next")
	notes = dynamodb.NewFromConfig(one) // want `only look needs it, not store`
	log.Print("next")
	marks = dynamodb.NewFromConfig(one) // want `only look needs it, not store`
	log.Print("next")

	functions.HTTP("Store", store)
	functions.HTTP("Look", look)
}

func store(w http.ResponseWriter, r *http.Request) {
	files.GetObject(r.Context(), &s3.GetObjectInput{Key: &r.URL.Path})
	open.GetObject(r.Context(), &s3.GetObjectInput{Key: &r.URL.Path})
	fmt.Fprintln(w, "stored")
}

func look(w http.ResponseWriter, r *http.Request) {
	table.GetItem(r.Context(), &dynamodb.GetItemInput{TableName: &r.URL.Path})
	marks.GetItem(r.Context(), &dynamodb.GetItemInput{TableName: &r.URL.Path})
	notes.GetItem(r.Context(), &dynamodb.GetItemInput{TableName: &r.URL.Path})
	fmt.Fprintln(w, "seen")
}
