// Package store reads documents.
package store

import (
	"context"

	"cloud.google.com/go/firestore"
)

type Notes struct{ client *firestore.Client }

func NewNotes(client *firestore.Client) *Notes { return &Notes{client} }

// Note reads a note.
func (n *Notes) Note(ctx context.Context, id string) (string, error) {
	doc, err := n.client.Doc(id).Get(ctx)
	if err != nil {
		return "", err
	}
	return doc.Ref.ID, nil
}

type Drafts struct{ client *firestore.Client }

func NewDrafts(client *firestore.Client) *Drafts { return &Drafts{client} }

// Draft reads a draft.
func (d *Drafts) Draft(ctx context.Context, id string) (string, error) {
	doc, err := d.client.Doc(id).Get(ctx)
	if err != nil {
		return "", err
	}
	return doc.Ref.ID, nil
}

type Prints struct{ client *firestore.Client }

func NewPrints(client *firestore.Client) *Prints { return &Prints{client} }

// Print reads what the printer is called.
func (p *Prints) Print(ctx context.Context, id string) error {
	_, err := p.client.Doc(id).Get(ctx)
	return err
}
