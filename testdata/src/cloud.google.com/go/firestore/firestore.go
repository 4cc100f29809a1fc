// Package firestore is a stub of cloud.google.com/go/firestore v1.29.2.
package firestore

import (
	"context"

	"google.golang.org/api/option"
)

type Client struct {
	ctx       context.Context
	projectID string
	opts      []option.ClientOption
}

func NewClient(ctx context.Context, projectID string, opts ...option.ClientOption) (*Client, error) {
	return &Client{ctx, projectID, opts}, ctx.Err()
}

func (c *Client) Close() error                          { return nil }
func (c *Client) Doc(path string) *DocumentRef          { return &DocumentRef{path} }
func (c *Client) Collection(path string) *CollectionRef { return &CollectionRef{path} }

type CollectionRef struct{ path string }

func (c *CollectionRef) Doc(id string) *DocumentRef { return &DocumentRef{c.path + id} }

type DocumentRef struct{ ID string }

func (d *DocumentRef) Get(ctx context.Context) (_ *DocumentSnapshot, err error) {
	return &DocumentSnapshot{d}, ctx.Err()
}

type DocumentSnapshot struct{ Ref *DocumentRef }

func (d *DocumentSnapshot) Data() map[string]interface{} {
	return map[string]interface{}{"id": d.Ref.ID}
}
