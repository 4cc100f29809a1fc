// Package given hands a store to a library, which takes anything.
package given

import (
	"context"
	"fmt"
	"net/http"

	"cloud.google.com/go/firestore"
	"github.com/go-playground/validator/v10"
)

type store struct{ client *firestore.Client }

func (s *store) GetSession(id string) (string, error) { return s.client.Doc(id).ID, nil }

type App struct {
	check *validator.Validate
	store *store
}

func New() (*App, error) {
	client, err := firestore.NewClient(context.Background(), "given")
	if err != nil {
		return nil, err
	}
	a := &App{validator.New(), &store{client}}
	return a, a.check.Struct(a.store)
}

func (a *App) Token(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, a.check.Struct(r.URL))
}

func (a *App) Session(w http.ResponseWriter, r *http.Request) {
	session, err := a.store.GetSession(r.URL.Path)
	fmt.Fprintln(w, session, err)
}
