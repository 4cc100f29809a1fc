// Package auth is a stub of github.com/aws/aws-sdk-go-v2/feature/rds/auth v1.7.11.
package auth

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
)

type BuildAuthTokenOptions struct{ FixedToken string }

func BuildAuthToken(ctx context.Context, endpoint, region, dbUser string, creds aws.CredentialsProvider, optFns ...func(options *BuildAuthTokenOptions)) (string, error) {
	c, err := creds.Retrieve(ctx)
	if err != nil {
		return "", err
	}
	return endpoint + region + dbUser + c.SessionToken, nil
}
