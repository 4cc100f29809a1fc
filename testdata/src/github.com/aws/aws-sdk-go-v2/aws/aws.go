// Package aws is a stub of github.com/aws/aws-sdk-go-v2/aws v1.48.0.
package aws

import (
	"context"
	"net/http"
	"time"
)

type HTTPClient interface {
	Do(*http.Request) (*http.Response, error)
}

type Credentials struct {
	AccessKeyID     string
	SecretAccessKey string
	SessionToken    string
	CanExpire       bool
	Expires         time.Time
}

type CredentialsProvider interface {
	Retrieve(ctx context.Context) (Credentials, error)
}

type Config struct {
	Region       string
	Credentials  CredentialsProvider
	HTTPClient   HTTPClient
	BaseEndpoint *string
	AppID        string
}

func NewConfig() *Config { return &Config{} }

func (c Config) Copy() Config { return c }

func String(v string) *string { return &v }
func Bool(v bool) *bool       { return &v }

func ToString(p *string) (v string) {
	if p == nil {
		return v
	}
	return *p
}
