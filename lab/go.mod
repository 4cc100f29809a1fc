module github.com/faaslint/faaslint/lab

go 1.26.0

replace github.com/faaslint/faaslint => ../

require (
	github.com/aws/aws-lambda-go v1.55.1
	github.com/faaslint/faaslint v0.0.0-00010101000000-000000000000
)
