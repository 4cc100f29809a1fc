package endpoint

import (
	"errors"
	"net/http"
	"time"

	"github.com/faaslint/faaslint/examples/opensense/auth"
	"github.com/faaslint/faaslint/examples/opensense/model"
	"github.com/faaslint/faaslint/examples/opensense/store"
	"github.com/faaslint/faaslint/examples/opensense/validate"
)

// Login answers POST /users/login.
func Login(w http.ResponseWriter, r *http.Request, meta store.Metadata, signer *auth.Signer) {
	token, err := login(w, r, meta, signer)
	finish(w, r, map[string]string{"id": token}, err)
}

func login(w http.ResponseWriter, r *http.Request, meta store.Metadata, signer *auth.Signer) (string, error) {
	var body struct{ Username, Password string }
	if err := readJSON(w, r, &body); err != nil {
		return "", err
	}
	if !validate.Username(body.Username) {
		return "", auth.ErrDenied
	}
	user, err := meta.UserNamed(r.Context(), body.Username)
	if errors.Is(err, store.ErrNotFound) {
		return "", auth.CheckNobody(body.Password)
	}
	if err != nil {
		return "", err
	}
	if err := auth.CheckPassword(user.PasswordHash, body.Password); err != nil {
		return "", err
	}
	return signer.Token(user.ID, time.Now())
}

// Profile answers GET /users/profile.
func Profile(w http.ResponseWriter, r *http.Request, meta store.Metadata) {
	id, err := auth.UserID(r.Context())
	if err != nil {
		Fail(w, r, err)
		return
	}
	user, err := meta.User(r.Context(), id)
	finish(w, r, []model.User{user}, err)
}
