// Package kept keeps a store for itself.
package kept

import (
	"context"
	"fmt"
	"net/http"

	"cloud.google.com/go/firestore"
)

type store struct{ client *firestore.Client }

func (s *store) GetSession(id string) (string, error) { return s.client.Doc(id).ID, nil }

type App struct{ store *store }

func New() (*App, error) {
	client, err := firestore.NewClient(context.Background(), "kept")
	if err != nil {
		return nil, err
	}
	return &App{&store{client}}, nil
}

func (a *App) Token(w http.ResponseWriter, r *http.Request) {
	session, err := a.store.GetSession(r.URL.Path)
	fmt.Fprintln(w, session, err)
}

func (a *App) Other(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "other") }
