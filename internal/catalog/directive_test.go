package catalog

import (
	"reflect"
	"strings"
	"testing"
)

func TestParseDirective(t *testing.T) {
	for _, test := range []struct {
		text string
		want Directive
	}{
		{"//faaslint:costly what=session shared close=Close", Directive{Kind: "costly",
			Costly: &Costly{What: "session", Loses: Connection, Shared: true, Close: []string{"Close"}}}},
		{"//faaslint:costly what=`price list` loses=remote read error ctx=dial", Directive{Kind: "costly",
			Costly: &Costly{What: "price list", Loses: Remote, Read: true, Error: true, Ctx: CtxDial}}},
		{"//faaslint:handler", Directive{Kind: "handler", Handler: &Handler{Platform: "custom"}}},
		{"//faaslint:handler\tplatform=aws-lambda concurrency=1 freezes", Directive{Kind: "handler",
			Handler: &Handler{Platform: "aws-lambda", Concurrency: 1, Freezes: true}}},
		{"//faaslint:ignore reuse each tenant has its own pool", Directive{Kind: "ignore", Check: "reuse", Reason: "each tenant has its own pool"}},
		{"//faaslint:ignore  lazy   =`odd ", Directive{Kind: "ignore", Check: "lazy", Reason: "=`odd"}},
	} {
		d, err := ParseDirective(test.text)
		if err != nil {
			t.Error(err)
		} else if !reflect.DeepEqual(*d, test.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", test.text, *d, test.want)
		}
	}
}

func TestParseDirectiveErrors(t *testing.T) {
	for text, want := range map[string]string{
		"// faaslint:handler":                                   "is no directive",
		"//faaslint:":                                           "not one of costly, handler, ignore",
		"//faaslint:handle":                                     "not one of costly, handler, ignore",
		"//faaslint:costly":                                     "what= is missing",
		"//faaslint:costly session":                             "what= is missing",
		"//faaslint:costly what=session session":                "has no attribute session",
		"//faaslint:costly what=session shared read":            "contradict",
		"//faaslint:costly what=session what=x":                 "given twice",
		"//faaslint:costly what=`session":                       "not closed",
		"//faaslint:costly what=session stale=fails probe=`x.`": "probe=: ",
		"//faaslint:handler args=0":                             "has no attribute args",
		"//faaslint:handler platform=p shared":                  "has no attribute shared",
		"//faaslint:ignore":                                     "needs a check and a reason",
		"//faaslint:ignore reuse":                               "the reason is missing",
		"//faaslint:ignore reuse ...":                           "the reason is missing",
		"//faaslint:ignore Reuse it is fine":                    "not the name of a check",
		"//faaslint:ignore reuse it is\nfine":                   "one line",
		"//faaslint:handler platform=p concurrency=two":         "not a number",
	} {
		if d, err := ParseDirective(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %+v, %v, want %s", text, d, err, want)
		}
	}
}

func TestIsDirective(t *testing.T) {
	for text, want := range map[string]bool{"//faaslint:ignore": true, "//faaslint: ignore": true, "// faaslint:ignore": false, "//faaslinter:x": false, "/*faaslint:ignore*/": false} {
		if IsDirective(text) != want {
			t.Errorf("%s: %t", text, !want)
		}
	}
}

func FuzzParseDirective(f *testing.F) {
	for _, text := range []string{
		"//faaslint:costly what=session shared close=Close", "//faaslint:handler platform=aws-lambda", "//faaslint:ignore reuse each tenant has its own pool",
		"//faaslint:costly what=`a b` stale=fails probe=`x.Ping()`", "//faaslint:", "//faaslint:ignore reuse", "/* faaslint */",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDirective(text)
		if (d == nil) == (err == nil) {
			t.Fatalf("%v, %v", d, err)
		}
		if d == nil {
			return
		}
		if !IsDirective(text) {
			t.Error("is no directive, and was parsed")
		}
		if (d.Costly != nil) != (d.Kind == "costly") || (d.Handler != nil) != (d.Kind == "handler") || (d.Reason != "") != (d.Kind == "ignore") {
			t.Errorf("%+v does not fit its kind", d)
		}
	})
}
