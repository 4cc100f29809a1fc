package buildfile

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// yamlFile reads the scalars that are shell programs, and the fields that stand for flags of go build.
func yamlFile(base, text string) (found []*Command) {
	if strings.Contains(text, "\t") {
		return nil
	}
	var doc yaml.Node
	// Of several documents the first is read; a template that is no YAML before it is filled in is left alone.
	if yaml.Unmarshal([]byte(text), &doc) != nil || len(doc.Content) == 0 {
		return nil
	}
	y := &yamlReader{text: text, lines: lineStarts(text)}
	switch root := doc.Content[0]; {
	case strings.Contains(base, "goreleaser"):
		y.builds(root, "goreleaser", "-s -w")
	case base == ".ko.yaml" || base == ".ko.yml":
		if scalar(root, "defaultLdflags") == nil && scalar(root, "defaultFlags") == nil {
			y.builds(root, "ko", "")
		}
	case isSAM(root):
		y.sam(root)
	default:
		y.scripts(root, ".")
	}
	return y.found
}

type yamlReader struct {
	text  string
	lines []int
	found []*Command
}

func lineStarts(text string) []int {
	starts := []int{0}
	for i := range len(text) {
		if text[i] == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

func (y *yamlReader) offset(n *yaml.Node) int {
	// Columns count characters; before a scalar stand names, which are ASCII in all formats read here.
	return min(y.lines[n.Line-1]+n.Column-1, len(y.text))
}

// scalar is the value of a key, nil for none.
func scalar(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// scripts reads each scalar that mentions go build as a shell program. In a step of a workflow working-directory says where.
func (y *yamlReader) scripts(n *yaml.Node, dir string) {
	if wd := scalar(n, "working-directory"); wd != nil {
		dir = wd.Value
	} else if run := scalar(scalar(n, "defaults"), "run"); scalar(run, "working-directory") != nil {
		dir = scalar(run, "working-directory").Value
	}
	if strings.Contains(dir, "$") {
		dir = Unknown
	}
	if n.Kind == yaml.ScalarNode && strings.Contains(n.Value, "go build") {
		y.script(n, dir)
		return
	}
	for i, inner := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			continue
		}
		y.scripts(inner, dir)
	}
}

func (y *yamlReader) script(n *yaml.Node, dir string) {
	start := y.offset(n)
	var body string
	switch n.Style &^ yaml.TaggedStyle {
	case 0: // plain, on one line: it stands there as it is
		if !strings.HasPrefix(y.text[start:], n.Value) {
			return
		}
		body = n.Value
	case yaml.LiteralStyle:
		start, body = y.block(n, start)
	default:
		return
	}
	if mentionsDebugger(body) || strings.Contains(body, "${{") && strings.Contains(body, "cd ${{") {
		return
	}
	// An expression of a workflow is text before the shell sees it; as a word of the same length it is one that nobody knows.
	body = maskExpressions(body)
	for _, c := range shell(body, start, dir, nil) {
		c.Head = y.lines[n.Line-1]
		y.found = append(y.found, c)
	}
}

// block is the text of a literal block: the lines that stand deeper than the line of its key.
func (y *yamlReader) block(n *yaml.Node, start int) (int, string) {
	first := n.Line
	if first >= len(y.lines) {
		return 0, ""
	}
	key := y.text[y.lines[n.Line-1]:start]
	depth := len(key) - len(strings.TrimLeft(key, " -"))
	end := first
	for end < len(y.lines) {
		line := lineAt(y.text, y.lines[end])
		if strings.TrimSpace(line) != "" && len(line)-len(strings.TrimLeft(line, " ")) <= depth {
			break
		}
		end++
	}
	from, to := y.lines[first], len(y.text)
	if end < len(y.lines) {
		to = y.lines[end]
	}
	return from, y.text[from:to]
}

func maskExpressions(body string) string {
	out := []byte(body)
	for at := 0; ; {
		i := strings.Index(body[at:], "${{")
		if i < 0 {
			return string(out)
		}
		i += at
		n := strings.Index(body[i:], "}}")
		if n < 0 {
			return ""
		}
		for j := i + 2; j < i+n+1; j++ {
			out[j] = '_'
		}
		at = i + n + 2
	}
}

// builds reads the list builds of goreleaser and ko. Without ldflags goreleaser has some of its own, ko has none.
func (y *yamlReader) builds(root *yaml.Node, tool, none string) {
	list := scalar(root, "builds")
	if list == nil {
		return
	}
	for _, b := range list.Content {
		if scalar(b, "gcflags") != nil || scalar(b, "builder") != nil || scalar(b, "tool") != nil || scalar(b, "command") != nil {
			continue
		}
		c := &Command{Via: tool, Dir: ".", LDFlags: -1, TagsEnd: -1, Start: y.offset(b), Head: y.offset(b)}
		c.End = c.Start
		if d := scalar(b, "dir"); d != nil {
			c.Dir = d.Value
		}
		c.Packages = []string{"."}
		if m := scalar(b, "main"); m != nil {
			c.Packages = []string{m.Value}
		}
		flags, known := words(scalar(b, "flags"))
		ld, knownLD := words(scalar(b, "ldflags"))
		if scalar(b, "ldflags") == nil {
			ld = none
		}
		tags, knownTags := words(scalar(b, "tags"))
		if !known || !knownLD || !knownTags || strings.Contains(c.Dir+c.Packages[0], "{{") {
			continue
		}
		var args []field
		for _, w := range quotedWords(flags) {
			args = append(args, field{text: w})
		}
		args = append(args, field{text: "-ldflags"}, field{text: ld}, field{text: "-tags"}, field{text: strings.Join(strings.Fields(tags), ",")})
		packages := c.Packages
		c.Packages = nil
		if strings.Contains(flags, "-ldflags") || strings.Contains(flags, "-tags") || !c.flags(args, true) {
			continue
		}
		c.Packages, c.LDFlags, c.TagsEnd = packages, -1, -1
		y.found = append(y.found, c)
	}
}

// words joins a list, or a text. A template in it becomes what is not known.
func words(n *yaml.Node) (string, bool) {
	if n == nil {
		return "", true
	}
	var parts []string
	switch n.Kind {
	case yaml.ScalarNode:
		parts = []string{n.Value}
	case yaml.SequenceNode:
		for _, e := range n.Content {
			if e.Kind != yaml.ScalarNode {
				return "", false
			}
			parts = append(parts, e.Value)
		}
	default:
		return "", false
	}
	text := strings.Join(parts, " ")
	for {
		before, rest, ok := strings.Cut(text, "{{")
		if !ok {
			return text, true
		}
		_, after, ok := strings.Cut(rest, "}}")
		if !ok {
			return "", false
		}
		text = before + Unknown + after
	}
}

func isSAM(root *yaml.Node) bool {
	t := scalar(root, "Transform")
	return t != nil && (strings.HasPrefix(t.Value, "AWS::Serverless") || t.Kind == yaml.SequenceNode)
}

// sam reads the functions that sam build makes with its builder for Go, which calls go build with no flags but -o, and -trimpath
// if BuildProperties ask for it.
func (y *yamlReader) sam(root *yaml.Node) {
	res := scalar(root, "Resources")
	if res == nil || res.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(res.Content); i += 2 {
		fn := res.Content[i+1]
		kind, method := scalar(fn, "Type"), scalar(scalar(fn, "Metadata"), "BuildMethod")
		uri := scalar(scalar(fn, "Properties"), "CodeUri")
		if kind == nil || kind.Value != "AWS::Serverless::Function" || method == nil || method.Value != "go1.x" || uri == nil || uri.Kind != yaml.ScalarNode || strings.HasPrefix(uri.Tag, "!") && uri.Tag != "!!str" {
			continue
		}
		at := y.offset(method)
		y.found = append(y.found, &Command{Via: "sam", Start: at, End: at + len(method.Value), Head: y.lines[method.Line-1], Dir: ".",
			Packages: []string{uri.Value}, LDFlags: -1, TagsEnd: -1})
	}
}
