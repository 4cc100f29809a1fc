package auth

import (
	"testing"
	"time"

	"github.com/faaslint/faaslint/examples/opensense/config"
)

func TestSigner(t *testing.T) {
	s, err := NewSigner(config.Config{Store: "memory"})
	if err != nil {
		t.Fatal(err)
	}
	token, err := s.Token(7, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if id, err := s.User(token); id != 7 || err != nil {
		t.Errorf("User = %d, %v", id, err)
	}
	old, err := s.Token(7, time.Now().Add(-2*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	for name, token := range map[string]string{
		"none": "", "words": "let me in", "expired": old, "forged": token[:len(token)-4] + "AAAA",
		"unsigned": "eyJhbGciOiJub25lIn0.eyJzdWIiOiI3In0.",
	} {
		if id, err := s.User(token); err != ErrDenied {
			t.Errorf("%s: User = %d, %v", name, id, err)
		}
	}
}

func TestNewSignerWantsKey(t *testing.T) {
	for _, cfg := range []config.Config{{Store: "real"}, {Store: "memory", JWTKey: "no key"}} {
		if _, err := NewSigner(cfg); err == nil {
			t.Errorf("NewSigner(%+v): want an error", cfg)
		}
	}
}

func TestCheckNobody(t *testing.T) {
	if err := CheckNobody("nobody's password"); err != ErrDenied {
		t.Errorf("got %v", err)
	}
}
