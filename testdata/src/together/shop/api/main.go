// A function that came from a server, with something for each check: what requests open anew, what only some of them need,
// and what none does. In one function the repairs of several checks meet.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"regexp"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"together/shop/store"

	_ "github.com/lib/pq" // want `registers the database driver postgres, which nothing in this program opens`
)

// archive is for closed orders.
var archive *firestore.Client

var (
	covers *s3.Client       // of books
	lists  *dynamodb.Client // of all
)

var carts *dynamodb.Client

type event struct{ Method, Kind, ID string }

func main() {
	ctx := context.Background()
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		log.Fatal(err)
	}

	archive, err = firestore.NewClient(ctx, "archive") // want `Firestore client is opened when an instance starts, but handle can do without on some of its paths`
	if err != nil {
		log.Fatalf("opening the archive: %v", err)
	}

	covers = s3.NewFromConfig(cfg) // want `AWS s3 client is built when an instance starts, but handle can do without on some of its paths`
	lists = dynamodb.NewFromConfig(cfg)
	carts = dynamodb.NewFromConfig(cfg) // want `AWS dynamodb client is built when an instance starts, and no request of handle needs it`
	lambda.Start(handle)
}

func handle(ctx context.Context, e event) (string, error) {
	// The name of an order is a letter and digits.
	name := regexp.MustCompile(`^[a-z][0-9]+$`) // want `regular expression is built on every request of handle`
	if !name.MatchString(e.ID) {
		return "", fmt.Errorf("no order: %s", e.ID)
	}
	db, err := sql.Open("pgx", "postgres://db/shop") // want `database pool is opened on every request of handle`
	if err != nil {
		return "", err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "SELECT 1"); err != nil {
		return "", err
	}
	if _, err := lists.GetItem(ctx, &dynamodb.GetItemInput{TableName: &e.Kind}); err != nil {
		return "", err
	}
	switch e.Method {
	case "CLOSE":
		old, err := archive.Doc(e.ID).Get(ctx)
		if err != nil {
			return "", err
		}
		return fmt.Sprint(old.Data()), nil
	case "COVER":
		if _, err := covers.GetObject(ctx, &s3.GetObjectInput{Key: &e.ID}); err != nil {
			return "", err
		}
		return e.ID, nil
	case "STOCK":
		stock, err := store.Open() // want `database pool is opened on every request of handle that gets here`
		if err != nil {
			return "", err
		}
		return fmt.Sprint(stock.Stats()), nil
	}
	return "", nil
}
