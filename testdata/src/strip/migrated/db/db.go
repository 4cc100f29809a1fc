package db

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

var (
	Migrated *s3.Client
	Opened   *s3.Client
)

// OpenAndMigrate uses what it opens by way of another function.
func OpenAndMigrate() {
	openMigrated()
	migrate()
}

func openMigrated() { Migrated = s3.NewFromConfig(aws.Config{}) }

func migrate() { Migrated.GetObject(context.Background(), nil) }

// Open differs in what the other function uses.
func Open() {
	open()
	count()
}

func open() { Opened = s3.NewFromConfig(aws.Config{}) }

var opens int

func count() { opens++ }
