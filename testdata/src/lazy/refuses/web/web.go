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

type Pages struct {
	notes  Notes
	drafts Drafts
}

func NewPages(notes Notes, drafts Drafts) *Pages { return &Pages{notes, drafts} }

// Show answers with a note, or with its draft.
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
	return respond(http.StatusOK, draft), nil
}

func respond(code int, body string) events.APIGatewayProxyResponse {
	return events.APIGatewayProxyResponse{StatusCode: code, Body: body}
}
