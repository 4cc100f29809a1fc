package replaced

import (
	"testing"

	"cloud.google.com/go/firestore"
)

func TestSave(t *testing.T) { documents = &firestore.Client{} }
