// Closing is the point: it flushes and it ends the file.
package main

import (
	"compress/gzip"
	"context"
	"io"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
)

func H(ctx context.Context, text string) error {
	f, err := os.Create("/tmp/report")
	if err != nil {
		return err
	}
	defer f.Close()
	z := gzip.NewWriter(f)
	defer z.Close()
	_, err = io.WriteString(z, text)
	return err
}

func main() { lambda.Start(H) }
