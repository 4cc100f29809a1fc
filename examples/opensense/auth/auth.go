// Package auth checks passwords and issues and checks the tokens that stand for them.
package auth

import (
	"context"
	"crypto/rsa"
	_ "embed"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/crypto/bcrypt"

	"github.com/faaslint/faaslint/examples/opensense/config"
	"github.com/faaslint/faaslint/examples/opensense/validate"
)

// ErrDenied is returned for a wrong password, a bad token, and what belongs to somebody else.
var ErrDenied = errors.New("not authorised")

// demoKey signs tokens for made-up data only. Everybody has it.
//
//go:embed demo_key.pem
var demoKey string

const (
	issuer   = "opensense"
	validFor = time.Hour
)

// A Signer issues and checks tokens.
type Signer struct {
	key    *rsa.PrivateKey
	parser *jwt.Parser
}

// NewSigner returns a signer with the configured key.
func NewSigner(cfg config.Config) (*Signer, error) {
	pem := cfg.JWTKey
	if pem == "" && cfg.Store == "memory" {
		pem = demoKey
	}
	key, err := jwt.ParseRSAPrivateKeyFromPEM([]byte(pem))
	if err != nil {
		return nil, fmt.Errorf("parse jwt key: %w", err)
	}
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"RS256"}), jwt.WithIssuer(issuer), jwt.WithExpirationRequired())
	return &Signer{key, parser}, nil
}

// Token returns a token for the user that is valid for an hour.
func (s *Signer) Token(user int, now time.Time) (string, error) {
	claims := jwt.RegisteredClaims{
		Issuer:    issuer,
		Subject:   strconv.Itoa(user),
		IssuedAt:  jwt.NewNumericDate(now),
		ExpiresAt: jwt.NewNumericDate(now.Add(validFor)),
	}
	token, err := jwt.NewWithClaims(jwt.SigningMethodRS256, claims).SignedString(s.key)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	return token, nil
}

// User returns the user whose token it is, or ErrDenied.
func (s *Signer) User(token string) (int, error) {
	if !validate.Token(token) {
		return 0, ErrDenied
	}
	claims := jwt.RegisteredClaims{}
	_, err := s.parser.ParseWithClaims(token, &claims, func(*jwt.Token) (any, error) { return &s.key.PublicKey, nil })
	if err != nil {
		return 0, ErrDenied
	}
	id, err := strconv.Atoi(claims.Subject)
	if err != nil {
		return 0, ErrDenied
	}
	return id, nil
}

// CheckPassword returns ErrDenied if the password is not that of the hash.
func CheckPassword(hash, password string) error {
	if bcrypt.CompareHashAndPassword([]byte(hash), []byte(password)) != nil {
		return ErrDenied
	}
	return nil
}

// CheckNobody takes no less time than CheckPassword and denies: an answer for an unknown user that came sooner would
// tell which names are known.
func CheckNobody(password string) error {
	hash, err := bcrypt.GenerateFromPassword([]byte("nobody's password"), bcrypt.DefaultCost)
	if err != nil {
		return fmt.Errorf("hash password: %w", err)
	}
	CheckPassword(string(hash), password)
	return ErrDenied
}

type userKey struct{}

// Identify makes the user of the request's token known to next. A request without a good token passes as nobody's.
func (s *Signer) Identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		if id, err := s.User(token); err == nil {
			r = r.WithContext(context.WithValue(r.Context(), userKey{}, id))
		}
		next.ServeHTTP(w, r)
	})
}

// UserID returns the user of the request, or ErrDenied.
func UserID(ctx context.Context) (int, error) {
	id, known := ctx.Value(userKey{}).(int)
	if !known {
		return 0, ErrDenied
	}
	return id, nil
}
