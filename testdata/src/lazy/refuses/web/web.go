// Package web answers requests.
package web

import (
	"context"
	"net/http"

	"github.com/aws/aws-lambda-go/events"
)

type Notes interface {
	Note(ctx context.Context, id string) (string, error)
}

type Drafts interface {
	Draft(ctx context.Context, id string) (string, error)
}

type Prints interface {
	Print(ctx context.Context, id string) error
}

type Pages struct {
	notes  Notes
	drafts Drafts
	prints Prints
}

func NewPages(notes Notes, drafts Drafts, prints Prints) *Pages { return &Pages{notes, drafts, prints} }

// Show answers with a note, or with its draft, which it prints if it shall.
func (p *Pages) Show(ctx context.Context, req map[string]string) (events.APIGatewayProxyResponse, error) {
	id, ok := req["id"]
	if !ok {
		return respond(http.StatusBadRequest, "no id"), nil
	}
	note, err := p.notes.Note(ctx, id)
	if err != nil {
		return respond(http.StatusInternalServerError, err.Error()), nil
	}
	if _, ok := req["draft"]; !ok {
		return respond(http.StatusOK, note), nil
	}
	draft, err := p.drafts.Draft(ctx, id)
	if err != nil {
		return respond(http.StatusInternalServerError, err.Error()), nil
	}
	if _, ok := req["print"]; ok {
		err = p.prints.Print(ctx, draft)
	}
	return respond(http.StatusOK, draft), err
}

func respond(code int, body string) events.APIGatewayProxyResponse {
	return events.APIGatewayProxyResponse{StatusCode: code, Body: body}
}
