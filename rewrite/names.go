package rewrite

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
	"unicode"
)

// names is a set of identifiers that must not be given out.
type names map[string]bool

// taken returns every identifier of the package, whatever its scope, and the names given out by earlier hoists.
func (p *Package) taken() names {
	if p.used == nil {
		p.used = names{}
		for _, f := range p.Files {
			p.used.add(f)
		}
		for _, name := range types.Universe.Names() {
			p.used[name] = true
		}
		for _, name := range p.Types.Scope().Names() {
			p.used[name] = true
		}
	}
	return p.used
}

func (n names) add(root ast.Node) {
	ast.Inspect(root, func(m ast.Node) bool {
		if id, ok := m.(*ast.Ident); ok {
			n[id.Name] = true
		}
		return true
	})
}

// fresh returns the first of base, base2, base3… that is free, and takes it.
func (n names) fresh(base string) string {
	name := base
	for i := 2; n[name] || token.IsKeyword(name); i++ {
		name = base + strconv.Itoa(i)
	}
	n[name] = true
	return name
}

// guardNames are the package-level names of one guard.
type guardNames struct {
	Noun     string
	Accessor string // sharedSession
	Mu       string // sessionMu
	Kept     string // sessionKept
	Now      string // sessionNow, the try of the shared form
	Built    string // sessionBuilt, when the zero value of the object says nothing
	Until    string // sessionUntil
	Try      string // sessionTry
	OpenName string // openSession
	AskName  string // askSession, which asks it whether it answers
}

func newGuardNames(noun string) guardNames {
	up := exported(noun)
	return guardNames{Noun: noun, Accessor: "shared" + up, Mu: noun + "Mu", Kept: noun + "Kept", Now: noun + "Now", Built: noun + "Built",
		Until: noun + "Until", Try: noun + "Try", OpenName: "open" + up, AskName: "ask" + up}
}

func (g guardNames) all() []string {
	return []string{g.Accessor, g.Mu, g.Kept, g.Now, g.Built, g.Until, g.Try, g.OpenName, g.AskName}
}

// freshGuard derives names from what the object is: session, else gocqlSession, else session2.
func (p *Package) freshGuard(what string, t types.Type) guardNames {
	short, long := nouns(what, t)
	return newGuardNames(p.freshNoun(short, long, short, func(noun string) []string { return newGuardNames(noun).all() }))
}

// freshNoun is the first noun of which all names are free: the short one, the long one, or one with a number.
func (p *Package) freshNoun(short, long, numbered string, names func(noun string) []string) string {
	for _, noun := range []string{short, long} {
		if p.free(names(noun)) {
			return noun
		}
	}
	for i := 2; ; i++ {
		if noun := numbered + strconv.Itoa(i); p.free(names(noun)) {
			return noun
		}
	}
}

func (p *Package) free(list []string) bool {
	for _, name := range list {
		if p.taken()[name] || token.IsKeyword(name) {
			return false
		}
	}
	return true
}

// nouns returns a short and a long identifier for the object. A word that says little alone keeps the one before it:
// "AWS s3 client" is s3Client, "gocql session" is session.
func nouns(what string, t types.Type) (short, long string) {
	words := identifiers(what)
	if len(words) == 0 {
		words = typeWords(t)
	}
	last := max(len(words)-1, 0)
	switch strings.ToLower(words[last]) {
	case "client", "config", "template", "service", "object", "value", "expression":
		last = max(last-1, 0)
	}
	return camel(words[last:]), camel(words)
}

// camel joins words to one identifier that begins with a small letter.
func camel(words []string) string {
	var b strings.Builder
	for i, w := range words {
		if i == 0 {
			w = lowered(w)
		} else {
			w = exported(w)
		}
		b.WriteString(w)
	}
	return b.String()
}

func identifiers(what string) []string {
	return strings.FieldsFunc(what, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// typeWords spells a type as words: s3.Client gives s3 and Client.
func typeWords(t types.Type) []string {
	if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
		t = ptr.Elem()
	}
	if named, ok := types.Unalias(t).(*types.Named); ok {
		obj := named.Obj()
		if obj.Pkg() == nil || strings.EqualFold(obj.Pkg().Name(), obj.Name()) {
			return []string{obj.Name()}
		}
		return []string{obj.Pkg().Name(), obj.Name()}
	}
	return []string{"object"}
}

func exported(s string) string {
	r := []rune(s)
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}

// lowered makes the first word lower case: DB is db, DynamoDB is dynamoDB, S3Client is s3Client.
func lowered(s string) string {
	r := []rune(s)
	for i := range r {
		if i > 0 && i+1 < len(r) && unicode.IsUpper(r[i]) && unicode.IsLower(r[i+1]) {
			break
		}
		if !unicode.IsUpper(r[i]) {
			break
		}
		r[i] = unicode.ToLower(r[i])
	}
	if len(r) > 0 && unicode.IsDigit(r[0]) {
		return "x" + string(r)
	}
	return string(r)
}

// variableName names a package variable. A regular expression is called after the local variable or, when that is
// shorter than a word, after the function: emailRE.
func (p *Package) variableName(sl *slice, what string, t types.Type) string {
	if isRegexp(t) {
		return p.variableFresh(regexpName(sl))
	}
	short, _ := nouns(what, t)
	return p.variableFresh("shared" + exported(short))
}

func (p *Package) variableFresh(name string) string {
	if p.taken()[name] && !strings.HasPrefix(name, "shared") {
		name = "shared" + exported(name)
	}
	base := name
	for i := 2; p.taken()[name]; i++ {
		name = base + strconv.Itoa(i)
	}
	return name
}

func isRegexp(t types.Type) bool {
	ptr, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	named, ok := types.Unalias(ptr.Elem()).(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "regexp" && named.Obj().Name() == "Regexp"
}

func regexpName(sl *slice) string {
	base := ""
	if id := sl.defined(); id != nil && len(id.Name) > 2 {
		base = id.Name
	} else if fn, ok := sl.decl.(*ast.FuncDecl); ok {
		base = lowered(fn.Name.Name)
	}
	for _, suffix := range []string{"RE", "Regexp", "Regex", "Pattern"} {
		if strings.HasSuffix(base, suffix) && base != suffix {
			return base
		}
	}
	if base == "" {
		return "sharedRE"
	}
	return base + "RE"
}
