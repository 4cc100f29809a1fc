// Package s3 is a stub of github.com/aws/aws-sdk-go-v2/service/s3 v1.114.9.
package s3

import (
	"context"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
)

type Options struct {
	Credentials  aws.CredentialsProvider
	Region       string
	BaseEndpoint *string
	UsePathStyle bool
}

type Client struct{ options Options }

func New(options Options, optFns ...func(*Options)) *Client {
	for _, fn := range optFns {
		fn(&options)
	}
	return &Client{options}
}

func NewFromConfig(cfg aws.Config, optFns ...func(*Options)) *Client {
	return New(Options{Region: cfg.Region, BaseEndpoint: cfg.BaseEndpoint}, optFns...)
}

type GetObjectInput struct{ Bucket, Key *string }

type GetObjectOutput struct {
	Body io.ReadCloser
	in   *GetObjectInput
}

func (c *Client) GetObject(ctx context.Context, params *GetObjectInput, optFns ...func(*Options)) (*GetObjectOutput, error) {
	return &GetObjectOutput{in: params}, ctx.Err()
}
