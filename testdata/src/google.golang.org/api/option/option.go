// Package option is a stub of google.golang.org/api/option v0.311.0.
package option

type ClientOption interface{ Apply() }

type withEndpoint string

func (withEndpoint) Apply() {}

func WithEndpoint(url string) ClientOption { return withEndpoint(url) }
