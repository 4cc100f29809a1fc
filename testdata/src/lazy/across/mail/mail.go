// Package mail writes letters.
package mail

import (
	"net/http"

	"cloud.google.com/go/firestore"
)

// A Box holds letters.
type Box struct{ letters *firestore.Client }

// Default is the box of the program.
var Default = &Box{}

// Setup gives the box its client.
func Setup(letters *firestore.Client) { Default.letters = letters }

// Send writes a letter.
func (b *Box) Send(id string) string { return b.letters.Doc(id).ID }

// Size does not look inside.
func (b *Box) Size() int { return 1 }

type transport struct{ stamps *firestore.Client }

// NewTransport returns what net/http calls whenever it likes.
func NewTransport(stamps *firestore.Client) http.RoundTripper { return &transport{stamps} }

func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set("Stamp", t.stamps.Doc("a").ID)
	return http.DefaultTransport.RoundTrip(r)
}
