/*
Faaslint finds what a function-as-a-service handler initialises at the wrong time, and repairs it.

	faaslint [flags] [packages]    find, and repair
	faaslint trace flags args      measure where the time goes
	faaslint prove [flags] package show what a repair gains: needs faaslint-lab
	faaslint routes [flags] [packages]
	                               which routes need which clients and libraries
	faaslint split [flags] [package]
	                               a program for each group of routes
	faaslint methods [-measure] [-C dir] [-tags list] [packages]
	                               why the linker keeps methods that nothing calls
	faaslint help [check]          this text, or the page of one check
	faaslint gopls [version]       build a gopls with the checks in it, for editors
	faaslint version

Packages are named as for go list; none means ./... . In a workspace (go.work) the
pattern work names the packages of all its modules. Build tags, vendoring and
GOFLAGS work as they do for go build.

The flags are:

	-fix        repair what can be repaired; print what is left
	-diff       print the repair as a patch for git apply; write nothing
	-json       print findings in the shape of go vet -json
	-force      repair though the git tree holds changes that are not committed
	-C dir      change to dir first
	-tags list  build tags, separated by commas
	-NAME       print findings of the check NAME alone; -NAME=false, of all others

Findings go to standard output as

	file:line:col: message
		file:line:col: how the handler gets there

and everything else to standard error. The exit code is 0 if there are no findings
(with -fix: none left), 1 if there are, with -json too, and 2 if faaslint or part of
the code could not be loaded. What loads is checked all the same.

A finding that -fix leaves alone says why, with a code in parentheses.

# Repairs

A repair is applied whole or not at all, and nothing is written before all packages,
with their tests, are known to compile with it; the one fix that breaks them is left
out and named. Where two fixes change one place the second is made in a second
round; rounds go on until nothing is left to do. Files are replaced one by one, each
at once, so that an interrupted run leaves none half written. Tests, generated
files, files with cgo and other modules are never changed.

A helper that opens, say, a session for many callers is repaired together with
all of them, in all packages of the main module or workspace, if each agrees.

# In go vet and go fix

	go vet -vettool=$(which faaslint) ./...
	go vet -fix -vettool=$(which faaslint) ./...
	go fix -fixtool=$(which faaslint) ./...

These see one package at a time: they do not repair helpers together with callers
in other packages. Give go vet ./... each time: its cache does not tell a package
that was only imported from one that was checked, and then stays silent. (faaslint
itself gets round this.)

To silence a finding, say why on the line above it:

	//faaslint:ignore reuse each tenant has its own pool

# Build files

The check strip also reads the build files around a function, such as a Makefile or a
Dockerfile, here on the command line alone: see faaslint help strip. In these files

	# faaslint:ignore strip the profiler needs symbols

silences a finding.

# Methods

The linker drops methods that nothing calls. Once a function that looks methods up by a
name which only a run would tell is part of a program, as it is where a template of
text/template or html/template is executed, it keeps all exported methods of all types
that are used as interfaces, and all that these call. faaslint methods links each main
package once more, writes nothing, and prints for each such function the way from main
to it: the first function in each package on the way. Where there are several, the later
ones may be there for the sake of the first. With -measure it builds the program twice
more, into a folder of its own, to say what that weighs: as it is, and with an overlay
in which these functions find no method. This program does not work; its size is what the
linker would make of one without. It cannot be built where the lookup stands in the module
cache, or goes by number. A server of net/http that says hello through a template has 7.7 MB
in the place of 6.2, and 5.8 without the template (linux/amd64, -ldflags="-s -w"). The exit
code is 1 if there is one.

# Tracing

	faaslint trace -add [-write] [-o dir] [-C dir] [-tags list] [packages]
	faaslint trace -remove [-C dir] [-tags list] [packages]
	faaslint trace -report [-json] logs
	faaslint trace -chrome logs
	faaslint trace -otlp logs

Spans show where the time of a function goes, start-up, first request and later ones
apart. They are added where the checks know of costly calls (package variables
included), at the entries of handlers, at calls of stores, and at calls that encode
or decode. The actions are:

	-add        print the name of an overlay with spans, for go build -overlay;
	            the tree stays as it is, and positions are those of its files
	-remove     take out what -add -write put in; the files are byte for byte as
	            they were, unless they were formatted or changed in between
	-report     add up the spans in logs, in milliseconds
	-chrome     print them in the format of Chrome's trace viewer and speedscope
	-otlp       print them as OTLP in JSON

and further flags:

	-write      with -add: change the files, and let go.mod require the library
	-o dir      with -add: put the overlay into dir, which must be new or empty

A program with spans writes them to standard error, a line of JSON each, if it runs
with FAASLINT_TRACE=1 in its environment. Otherwise a span costs a comparison. Logs
may hold anything else; - is standard input.

A call that reads rows bit by bit is measured together with the function around it.
A pool that connects when it is first used does so within a call of the store, unless
it is asked before whether it answers (Ping).
Tests, generated files and files with cgo get no spans, nor do calls in go and defer
statements, or with no result or more than two. In a handler for HTTP spans of
other goroutines stand alone: without a parameter ctx there is nothing to tie them to.

# Routes

	faaslint routes [-json] [-html file] [-requests file] [-measure] [-C dir] [-tags list] [packages]
	faaslint routes -why route [-C dir] [-tags list] dependency [packages]

For each main package that registers routes, a table: which route needs which modules of
others, and large packages of the standard library; their bytes in the binary; and the
groups of routes that need the same clients. Routes of net/http, chi, gin, echo, fiber,
gorilla/mux and httprouter are known, and those of a function that switches over the path
or the method of a request, as one behind an API gateway does. Further flags are:

	-html file  write a page; it needs no other file
	-requests file
	            count how many of the requests in a file of package faas/replay
	            each route answers
	-measure    run the program up to its main, with all its init functions, and
	            print what each dependency does there: time and allocations
	-why route  print a shortest path of declarations from a route to a dependency

A route needs what its handler mentions, and what that mentions, and so on; what is needed
by main, by middleware, by init functions, and by package variables that may do more than
compute a value, every request needs. Code that is reached by reflection, or in other ways
that no declaration mentions, is not guessed: the routes that may reach it are named.
Bytes are those of symbols, and of the rest by the size of the code, without debugging
symbols; what a dependency brings is what is linked because of it alone.

# Splitting

	faaslint split [-each | -without dependency] [-o dir | -write dir] [-measure] [-C dir] [-tags list] [package]

For each group of routes that faaslint routes shows, a program that has only these: copies of
the module's own files without the declarations, registrations and imports that the other
routes need. The copies stand for the files in go build -overlay, and no file changes; a
table of routes to functions is put beside them, as routes.json with all that is known, and
as openapi.json for gateways. Each program is built, and looked at again, before anything is
handed out. What it prints says for each function what
it is made of, and whether it is worth it. What every start builds keeps routes together: if
the check lazy finds it, its finding is printed too. The flags are:

	-each       a function for each route
	-without dependency
	            two functions: the routes that do not need it, and the rest
	-o dir      put the overlays into dir, which must be new or empty; without it, into
	            a new folder for temporary files, which is named and stays
	-write dir  instead of overlays, write packages into dir, a new folder of the
	            module: for each function a main package, and copies of those that
	            it needs trimmed

Programs with go:linkname, cgo, assembly, plugins or methods that are looked up by their name
are refused. A registration that is neither a statement of its own nor an entry of a table
stays in each function, and the reason is printed. An overlay is for the system and the build tags that it was made with.

# In editors

Editors ask gopls. faaslint gopls builds one that has the checks in it, beside the stock
one, under the name gopls-faaslint, and prints the setting that makes an editor use it.
It needs the module proxy, and a newer Go where gopls asks for one; see docs/editors.md.
*/
package main
