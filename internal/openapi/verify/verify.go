// Package verify reads the documents of package openapi as others do: as valid OpenAPI, from which a router learns which
// function a request is for. It is a module of its own for the sake of what it needs for that.
package verify
