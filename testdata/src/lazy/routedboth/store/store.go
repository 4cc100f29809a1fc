package store

import (
	"context"

	"cloud.google.com/go/firestore"
)

type Store struct{ client *firestore.Client }

func New(ctx context.Context) (*Store, error) {
	client, err := firestore.NewClient(ctx, "client")
	if err != nil {
		return nil, err
	}
	return &Store{client}, nil
}

func (s *Store) Find(ctx context.Context, id string) (string, error) {
	doc, err := s.client.Doc(id).Get(ctx)
	if err != nil {
		return "", err
	}
	return doc.Ref.ID, nil
}
