module github.com/faaslint/faaslint/lab

go 1.26.0

replace github.com/faaslint/faaslint => ../

require (
	github.com/aws/aws-lambda-go v1.55.1
	github.com/faaslint/faaslint v0.0.0-00010101000000-000000000000
)

require (
	github.com/aclements/go-moremath v0.0.0-20210112150236-f10218a38794 // indirect
	golang.org/x/perf v0.0.0-20260908200009-22c9c6c9d4da
)
