package catalog

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Directive is a //faaslint: comment: a catalogue line about the declaration that it stands on.
type Directive struct {
	Kind          string // "costly", "handler" or "ignore"
	Costly        *Costly
	Handler       *Handler
	Check, Reason string // of ignore: which check, and why
}

const directive = "//faaslint:"

// IsDirective reports whether a comment is meant for faaslint. As for all directives no blank follows the slashes.
func IsDirective(comment string) bool { return strings.HasPrefix(comment, directive) }

// ParseDirective reads one of
//
//	//faaslint:costly what=session loses=connection shared close=Close
//	//faaslint:handler platform=aws-lambda concurrency=1
//	//faaslint:ignore reuse each tenant has its own pool
//
// The symbol is that of the declaration, and left empty. Nobody has to say where it is documented, and loses=
// defaults to connection, platform= to custom.
func ParseDirective(text string) (*Directive, error) {
	rest, ok := strings.CutPrefix(text, directive)
	if !ok {
		return nil, fmt.Errorf("%q is no directive: it must begin with %s", text, directive)
	}
	if strings.ContainsAny(rest, "\r\n") {
		return nil, errors.New("a directive is one line")
	}
	kind, rest, _ := strings.Cut(strings.ReplaceAll(rest, "\t", " "), " ")
	d := &Directive{Kind: kind}
	var err error
	switch kind {
	case "ignore":
		d.Check, d.Reason, err = parseIgnore(rest)
	case "costly", "handler":
		err = d.parse(rest)
	default:
		err = fmt.Errorf("%s%s: not one of costly, handler, ignore", directive, kind)
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

func parseIgnore(s string) (check, reason string, err error) {
	check, reason, _ = strings.Cut(strings.TrimSpace(s), " ")
	reason = strings.TrimSpace(reason)
	switch {
	case check == "":
		return "", "", fmt.Errorf("%signore needs a check and a reason", directive)
	case !isKey(check):
		return "", "", fmt.Errorf("%signore %s: not the name of a check", directive, check)
	case strings.IndexFunc(reason, unicode.IsLetter) < 0 || !utf8.ValidString(reason):
		return "", "", fmt.Errorf("%signore %s: the reason is missing", directive, check)
	}
	return check, reason, nil
}

func (d *Directive) parse(s string) error {
	words, err := split(s)
	if err != nil {
		return fmt.Errorf("%s%s: %w", directive, d.Kind, err)
	}
	a, err := attributes(words)
	if err != nil {
		return fmt.Errorf("%s%s: %w", directive, d.Kind, err)
	}
	if d.Kind == "costly" {
		a.assume("loses", "connection")
		d.Costly = a.costly("")
	} else {
		a.assume("platform", "custom")
		d.Handler = a.handler("", "")
	}
	err = a.err(d.Kind)
	if err == nil && d.Costly != nil {
		err = checkGo(d.Costly)
	}
	if err != nil {
		return fmt.Errorf("%s%s: %w", directive, d.Kind, err)
	}
	return nil
}

// assume adds an attribute that is not given.
func (a *attrs) assume(key, text string) {
	for _, w := range a.words {
		if w.key == key {
			return
		}
	}
	a.words = append(a.words, word{key, text})
}
