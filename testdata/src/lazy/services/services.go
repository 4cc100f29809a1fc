// Package services holds what several functions are made of. Which of its services a function makes is not said here: a
// constructor pays for the methods of what it makes, and of what is made together with it.
package services

import (
	"context"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/events"
)

type Calendar struct{ client *firestore.Client }

func NewCalendar(ctx context.Context) (*Calendar, error) {
	client, err := firestore.NewClient(ctx, "calendar") // nobody else's: silent
	if err != nil {
		return nil, err
	}
	return &Calendar{client}, nil
}

func (c *Calendar) HandleStream(ctx context.Context, e events.APIGatewayProxyRequest) error {
	_, err := c.client.Doc(e.Path).Get(ctx)
	return err
}

type Matches struct{ seen int }

func NewMatches() *Matches { return &Matches{} }

func (m *Matches) HandleQueue(ctx context.Context, e events.APIGatewayV2HTTPRequest) error {
	m.seen += len(e.RawPath)
	return nil
}

type Mails struct{ client *firestore.Client }

func NewMails(ctx context.Context) (*Mails, error) {
	client, err := firestore.NewClient(ctx, "mails") // want `Firestore client is opened when NewMails is called, but of its handlers only Mails.HandleMail needs it, not Mails.HandleBounce`
	if err != nil {
		return nil, err
	}
	return &Mails{client}, nil
}

func (m *Mails) HandleMail(ctx context.Context, e events.APIGatewayV2HTTPRequest) error {
	_, err := m.client.Doc(e.RawPath).Get(ctx)
	return err
}

func (m *Mails) HandleBounce(ctx context.Context, e events.APIGatewayProxyRequest) error { return nil }
