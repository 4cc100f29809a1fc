package main

import (
	"context"
	"net/http/httptest"
	"testing"

	"cloud.google.com/go/firestore"
)

var forTests, errTests = firestore.NewClient(context.Background(), "tests")

var tested = &server{forTests}

func TestShow(t *testing.T) {
	if errTests != nil {
		t.Fatal(errTests)
	}
	tested.show(httptest.NewRecorder(), httptest.NewRequest("GET", "/show", nil))
}
