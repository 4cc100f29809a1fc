package words

import "testing"

func TestList(t *testing.T) {
	for _, test := range []struct {
		names []string
		want  string
	}{
		{[]string{"a"}, "a"},
		{[]string{"a", "b"}, "a or b"},
		{[]string{"a", "b", "c"}, "a, b or c"},
		{[]string{"a", "b", "c", "d", "e"}, "a, b, c or 2 more"},
	} {
		if got := List(test.names, "or"); got != test.want {
			t.Errorf("%v: %q, want %q", test.names, got, test.want)
		}
	}
}

func TestPage(t *testing.T) {
	doc := "/*\r\nPackage x.\r\n\r\n# Analyzer a\r\n\r\na: first\r\n\r\n# More\r\n\r\ntext\r\n\r\n# Analyzer b\r\n\r\nb: second\r\n*/\r\npackage x"
	if got, want := Page(doc, "a"), "a: first\n\n# More\n\ntext"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := Page(doc, "b"); got != "b: second" {
		t.Errorf("%q", got)
	}
}
