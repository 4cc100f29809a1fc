// Package reuse finds what a handler builds anew on every request although one would do for the whole instance.
package reuse
