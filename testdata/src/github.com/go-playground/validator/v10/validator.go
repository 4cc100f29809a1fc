// Package validator is a stub of github.com/go-playground/validator/v10 v10.30.6.
package validator

type FieldLevel interface{ FieldName() string }

type Func func(fl FieldLevel) bool

type Option func(*Validate)

type Validate struct{ validations map[string]Func }

func New(options ...Option) *Validate {
	v := &Validate{validations: map[string]Func{}}
	for _, o := range options {
		o(v)
	}
	return v
}

func WithRequiredStructEnabled() Option { return func(*Validate) {} }

func (v *Validate) RegisterValidation(tag string, fn Func, callValidationEvenIfNull ...bool) error {
	v.validations[tag] = fn
	return nil
}
func (v *Validate) Struct(s interface{}) error { return nil }
