module github.com/faaslint/faaslint/lab

go 1.26.0

replace github.com/faaslint/faaslint => ../

require (
	github.com/aws/aws-lambda-go v1.55.1
	github.com/faaslint/faaslint v0.0.0-00010101000000-000000000000
	github.com/go-analyze/charts v0.6.4
	golang.org/x/perf v0.0.0-20260908200009-22c9c6c9d4da
)

require (
	github.com/aclements/go-moremath v0.0.0-20210112150236-f10218a38794 // indirect
	github.com/dustin/go-humanize v1.0.1 // indirect
	github.com/go-analyze/bulk v0.1.6 // indirect
	github.com/golang/freetype v0.0.0-20170609003504-e2365dfdc4a0 // indirect
	golang.org/x/image v0.46.0 // indirect
	golang.org/x/mod v0.41.0 // indirect
	golang.org/x/sync v0.23.0 // indirect
	golang.org/x/tools v0.51.0 // indirect
)
