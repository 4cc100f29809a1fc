// Package validate checks what clients send.
package validate

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/go-playground/validator/v10"

	"github.com/faaslint/faaslint/examples/opensense/model"
)

// Struct checks the fields of a struct by their validate tags.
func Struct(v any) error {
	check := validator.New(validator.WithRequiredStructEnabled())
	err := check.Struct(v)
	var fields validator.ValidationErrors
	if errors.As(err, &fields) && len(fields) > 0 {
		return fmt.Errorf("%s: want %s", fields[0].Field(), strings.TrimSpace(fields[0].Tag()+" "+fields[0].Param()))
	}
	return err
}

// Sensor checks a new sensor, other than its references to the catalogue.
func Sensor(s model.Sensor) error {
	if err := Struct(s); err != nil {
		return err
	}
	if strings.ContainsRune(s.SensorModel+s.AttributionText+s.AttributionURL, 0) {
		return errors.New("SensorModel, AttributionText, AttributionURL: want no NUL, which PostgreSQL cannot store")
	}
	if s.AttributionURL != "" && !URL(s.AttributionURL) {
		return fmt.Errorf("AttributionURL: want a web or ftp address")
	}
	return nil
}

// URL reports whether s is a web or ftp address.
func URL(s string) bool {
	pattern := regexp.MustCompile(`^(?i:https?|ftp)://[\w.-]+(:\d+)?(/[^\s<>"]*)?$`)
	return pattern.MatchString(s)
}

// Username reports whether s can be the name of a user.
func Username(s string) bool {
	pattern := regexp.MustCompile(`^[a-zA-Z][\w.-]{2,63}$`)
	return pattern.MatchString(s)
}

// Token reports whether s looks like a signed token, before it is looked at in earnest.
func Token(s string) bool {
	matched, err := regexp.MatchString(`^[\w-]+\.[\w-]+\.[\w-]+$`, s)
	return err == nil && matched
}
