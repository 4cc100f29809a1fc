package main

import (
	"context"
	"log"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/lambda"
)

var skipped, instead, urgent, nested, every *firestore.Client

func main() {
	ctx := context.Background()
	var err error
	skipped, err = firestore.NewClient(ctx, "skipped") // a round without it drops what it has just looked up: silent
	if err != nil {
		log.Fatal(err)
	}
	instead, err = firestore.NewClient(ctx, "instead") // want `Firestore client is opened when an instance starts, but handle can do without on some of its paths; a cold start pays for a connection that nobody may use`
	if err != nil {
		log.Fatal(err)
	}
	urgent, err = firestore.NewClient(ctx, "urgent") // want `Firestore client is opened when an instance starts, but handle can do without on some of its paths; a cold start pays for a connection that nobody may use`
	if err != nil {
		log.Fatal(err)
	}
	nested, err = firestore.NewClient(ctx, "nested") // what is prepared before the rounds is no round: silent
	if err != nil {
		log.Fatal(err)
	}
	every, err = firestore.NewClient(ctx, "every")
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(handle)
}

func handle(ctx context.Context, ids []string) error {
	for _, id := range ids {
		doc, err := every.Doc(id).Get(ctx)
		if err != nil {
			return err
		}
		if doc.Ref.ID == "first" {
			continue
		}
		if _, err := skipped.Doc(id).Get(ctx); err != nil {
			return err
		}
	}
	for _, id := range ids {
		doc, err := every.Doc(id).Get(ctx)
		if err != nil {
			return err
		}
		if doc.Ref.ID == "first" {
			if _, err := every.Doc(id).Get(ctx); err != nil {
				return err
			}
			continue
		}
		if _, err := instead.Doc(id).Get(ctx); err != nil {
			return err
		}
	}
	for _, id := range ids {
		doc, err := every.Doc(id).Get(ctx)
		if err != nil {
			return err
		}
		var others []string
		for _, other := range ids {
			others = append(others, every.Doc(other).ID)
		}
		for _, other := range others {
			if other == doc.Ref.ID {
				continue
			}
			if _, err := nested.Doc(other).Get(ctx); err != nil {
				return err
			}
		}
	}
	text := ""
	for _, id := range ids { // has nothing to do with what follows
		text += id
	}
	if text == "urgent" {
		if _, err := urgent.Doc(text).Get(ctx); err != nil {
			return err
		}
	}
	return nil
}
