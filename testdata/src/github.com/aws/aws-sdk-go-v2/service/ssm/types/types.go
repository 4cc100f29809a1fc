// Package types is a stub of github.com/aws/aws-sdk-go-v2/service/ssm/types v1.82.0.
package types

type Parameter struct {
	Name  *string
	Value *string
}
