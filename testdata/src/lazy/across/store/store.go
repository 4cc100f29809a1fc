// Package store keeps the clients of the program.
package store

import (
	"context"

	"cloud.google.com/go/firestore"
)

// Archive, Live and Used are opened when the program starts.
var Archive, Live, Used *firestore.Client

// OpenArchive opens the archive.
func OpenArchive() (err error) {
	Archive, err = firestore.NewClient(context.Background(), "archive")
	return err
}

// OpenLive opens the live documents.
func OpenLive() (err error) {
	Live, err = firestore.NewClient(context.Background(), "live")
	return err
}

// OpenUsed opens what CheckUsed reads.
func OpenUsed() (err error) {
	Used, err = firestore.NewClient(context.Background(), "used")
	return err
}

// CheckUsed reads.
func CheckUsed() error {
	_, err := Used.Doc("a").Get(context.Background())
	return err
}

// Find reads from the archive.
func Find(id string) string { return Archive.Doc(id).ID }
