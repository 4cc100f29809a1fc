// Package buckets talks to a store.
package buckets

import "net/http"

type Bucket struct{ resp *http.Response }

// Create has the signature of a constructor and the effect of an operation.
func Create(name string) (*Bucket, error) {
	resp, err := http.Post("https://store.example.com/"+name, "", nil)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return &Bucket{resp}, nil
}
