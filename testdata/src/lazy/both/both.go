// One function for both checks: what each request opens anew, and what start-up opens for some of them.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"log"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/lambda"
)

var archive *firestore.Client

type event struct{ Kind, ID string }

func main() {
	var err error
	archive, err = firestore.NewClient(context.Background(), "archive") // want `Firestore client is opened when an instance starts, but handle can do without on some of its paths`
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(handle)
}

func handle(ctx context.Context, e event) (string, error) {
	db, err := sql.Open("pgx", "dsn") // want `database pool is opened on every request of handle`
	if err != nil {
		return "", err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "SELECT 1"); err != nil {
		return "", err
	}
	if e.Kind == "closed" {
		old, err := archive.Doc(e.ID).Get(ctx)
		if err != nil {
			return "", err
		}
		return fmt.Sprint(old.Data()), nil
	}
	log.Print("kept ", e.ID)
	return e.ID, nil
}
