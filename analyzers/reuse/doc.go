/*
Package reuse finds what a function's handler builds anew for every request although
one of it would do for the life of the instance, and rewrites the code to build it once.

# Analyzer reuse

reuse: build once per instance what every request builds anew

A platform for functions starts an instance, sends it requests one after another
(some platforms: side by side) and stops it when there is nothing to do. What the
handler leaves in package variables is still there for the next request. A handler
that opens its database, compiles its expressions or parses its templates itself pays
for them each time, mostly in waiting: a connection takes several round trips, the query
it was opened for takes one. The database pays too, with a connection per request.

A finding looks like this, with the way from the handler to the place below it:

	main.go:14:13: database pool is opened on every request of handle; each one pays
	for a new connection, and what it needs is known at start-up

"Every request of handle that gets here" means that some requests do not come so far,
those aside that fail on the way.

Before:

	func handle(ctx context.Context, e event) (name string, err error) {
		db, err := sql.Open("pgx", os.Getenv("DATABASE_URL"))
		if err != nil {
			return "", err
		}
		defer db.Close()
		err = db.QueryRowContext(ctx, "SELECT name FROM sensor WHERE id = $1", e.ID).Scan(&name)
		return name, err
	}

After:

	var (
		poolMu   sync.Mutex
		poolKept *sql.DB // nil until the first success
	)

	// sharedPool returns this instance's database pool, built on first use; a failure is not kept.
	func sharedPool() (*sql.DB, error) {
		poolMu.Lock()
		defer poolMu.Unlock()
		if poolKept != nil {
			return poolKept, nil
		}
		p, err := sql.Open("pgx", os.Getenv("DATABASE_URL"))
		if err != nil {
			return nil, err
		}
		poolKept = p
		return p, nil
	}

	func handle(ctx context.Context, e event) (name string, err error) {
		db, err := sharedPool()
		if err != nil {
			return "", err
		}
		err = db.QueryRowContext(ctx, "SELECT name FROM sensor WHERE id = $1", e.ID).Scan(&name)
		return name, err
	}

What cannot fail and needs constants only becomes a plain variable. Before:

	func cart(w http.ResponseWriter, r *http.Request) {
		if !regexp.MustCompile(`^/carts/\d+$`).MatchString(r.URL.Path) {
			http.NotFound(w, r)
		}
	}

After:

	var cartRE = regexp.MustCompile(`^/carts/\d+$`)

	func cart(w http.ResponseWriter, r *http.Request) {
		if !cartRE.MatchString(r.URL.Path) {
			http.NotFound(w, r)
		}
	}

A function that makes something and sets it up is called once, with all that goes into it. Before:

	func handle(w http.ResponseWriter, r *http.Request) {
		app, err := api.New()
		if err != nil {
			http.Error(w, "internal error", http.StatusInternalServerError)
			return
		}
		app.ServeHTTP(w, r)
	}

After:

	var (
		handlerMu   sync.Mutex
		handlerKept http.Handler // nil until the first success
	)

	// sharedHandler returns this instance's handler, built on first use; a failure is not kept.
	func sharedHandler() (http.Handler, error) {
		handlerMu.Lock()
		defer handlerMu.Unlock()
		if handlerKept != nil {
			return handlerKept, nil
		}
		h, err := api.New()
		if err != nil {
			return nil, err
		}
		handlerKept = h
		return h, nil
	}

	func handle(w http.ResponseWriter, r *http.Request) {
		app, err := sharedHandler()
		if err != nil {
			http.Error(w, "internal error", http.StatusInternalServerError)
			return
		}
		app.ServeHTTP(w, r)
	}

# What is reported

Three things come together:

  - A handler: a function that the platform calls for each request. It is known by the
    call that registers it (lambda.Start, http.HandleFunc, the methods of routers), by the
    name that the platform looks for (Main on OpenWhisk), by its type, or by a directive.
  - A costly call that the handler reaches, itself or through other functions, methods,
    literals, interfaces with known implementations, and other packages of the module.
  - Inputs that are known at start-up: constants, environment variables, flags, package
    variables that are set before the first request, and what is computed from these.

Decoding JSON, XML or YAML is costly only where the text comes with the program: embedded, or
a constant of some lines.

The call is reported where the handler's package makes it, or makes the call that leads
to it; the path to a place in another package is added. A call that stands under a
condition is reported as well: each request that comes this way pays.

Which calls are costly, and what their result may be used for, is not guessed. It is
written down, with a link to the documentation, in the catalogue (internal/catalog).

# What is not reported

  - What depends on the request, also in part: db.Open(e.Tenant), a key that holds the
    time, random numbers, anything read from a request's context.
  - What is kept already: package variables, sync.Once and its relatives, a check for nil
    or a map before the call, fields of a value that was made at start-up.
  - What runs before the first request, such as main, init and constructors of handlers.
  - What the analysis cannot follow, e.g. a call of a function variable that anybody may
    set. Unknown means silence, for a wrong finding costs more than a missed one.
  - Handlers on platforms with a process per request, where nothing outlives a request,
    and handlers that only tests register.
  - Cheap values, and those of which a fresh one is the purpose: buffers, decoders, hashes.

# Fixes

The new declaration stands in the same file, and takes one of these forms:

	variable       var x = ...: cannot fail, made of constants
	once           sync.OnceValue or OnceValues: cannot fail, or is computed from constants,
	               so that a failure would be the same again
	mutex          a function that builds the object on first use, under a lock; a failure is
	               not kept, the next request tries again
	shared attempt the same for platforms that run requests side by side: one goroutine
	               builds, all who need the object wait for it or for the end of their own
	               request, and share its error

An object that does not notice by itself that its server went away, or that the instance
was frozen for a while, is tried before use, at most once a second, and replaced when it
does not answer. How to try it is a line of the catalogue. Where it is not known how, the
title of the fix says so.

Statements that prepare the call, such as the settings of a client, move with it. A
deferred Close goes. The same call in several functions of a package gets one object. A
check right after the call that only asks whether the object answers, such as Ping, moves
with it. A struct that hides the object in an unexported field no longer closes it, and
may then be made and closed as often as anybody likes.

Where a costly call has no fix of its own, such as a router to which routes are added, the
function around it may be called once instead, the outermost that can be. It is then the one
finding for all that is costly in it, and inner ones get no fix, unless there are other ways
to them. These things are proved, or it stays:

  - All that the function needs is known at start-up.
  - It only builds what it returns. It changes nothing that others see, reads nothing that may
    change, starts and opens nothing, and calls nothing of which that is not known, other than
    on its way to a failure, which is not kept. What has a connection is kept where it is
    opened, not as part of something else.
  - Nobody changes what it returned, or a part of that, by any name, in any package: not the
    caller, and not the functions that stay in it, such as handlers, middlewares and methods
    behind an interface. What libraries do is known from the catalogue, else it is taken to be
    a change.
  - It is neither closed, nor stored, nor given to somebody who cannot be followed.
  - Its error is looked at before it is used.

If one is missing, a line below the finding says which, unless it is one about a connection
or a file: "newApp cannot be called once instead: it changes what other calls see too".

A helper that opens something for callers in other packages can be changed only together
with them. faaslint -fix and -diff do this, if all callers of all packages agree; go vet,
which sees one package at a time, cannot. If parameters of the helper decide what it
opens, it keeps one object for each value, provided that no caller passes what is of a
request: there would be any number of them.

# Why there is no fix

A finding is true as soon as the three things above hold. A fix must also be safe, and
there is none if one doubt is left. The finding then ends in

	not fixed automatically: REASON (CODE)

The codes do not change between versions. About what is built, and from what:

	remote-read          a read from another system: the answer may change
	local-read           a read of local data: it may change
	no-object            the call has no result to keep, e.g. regexp.MatchString, or json.Unmarshal
	                     in a function that does not return what it fills
	not-shareable        requests must not share the object; what to use instead is named
	flushes              its Close also sends or writes what the request left in it
	expiring-credential  an input is a credential with a short life
	remote-input         an input was read from another system
	file-input           an input was read from a file that may change
	tests-replace        a test replaces an input
	set-later            an input is a package variable that can be set at any time; for lazy also one, or the
	                     environment, that may be set once start-up is past the place where it is built
	loop                 the inputs change from one round of a loop to the next
	bad-pattern          the regular expression does not compile, and must go on failing here
	literal              it is a composite literal, not a call: move it by hand
	helper-input         a parameter of the helper decides what it builds: faaslint -fix sees its callers, and has it keep
	                     one object for each value
	varying-input        a caller of the helper passes what is not known at start-up, so that there might be any number of objects
	input-type           an input is of a type by which one object cannot be told from another, such as a pointer
	other-package        the call stands in another package: try faaslint -fix

About what the code does with it:

	address-taken        the address of the object or of an input's field is taken
	closed-elsewhere     it is closed other than by a plain defer in the same function
	mutated              it is changed after it is built
	reassigned           it, or an input, has a second definition
	returned             the function returns it, and its callers were not asked
	stored               it is stored where it may outlive the request
	used-after           an input is changed after the call

About the text that would move:

	comments             a comment would be lost, or equal calls have unequal ones
	context              it needs a context, and which one cannot be told
	different-text       calls that should share one object differ
	label                it has a label, or the function jumps with goto
	local-const          it mentions a constant of the function
	local-type           it mentions a type that cannot be named at package level
	loop-variable        it mentions the variable of a loop
	outer-variable       it mentions a parameter, a receiver or a captured variable
	self-check           the package would not type-check without it, or with the new text
	shadowed             a name means something else at the new place
	type-parameter       it depends on a type parameter

About the file:

	anchor               there is no place left for a declaration: run again
	build-tags           files with different build constraints would have to share
	cgo                  it uses cgo
	generated            it is generated
	generated-file       the same, noticed by the command line
	line-directive       a //line comment moves its positions
	source               it is not what was analysed, or cannot be read
	test-file            it is a test
	unreadable           it cannot be read

From the command line, about several packages or fixes at once:

	breaks-build         with the fix something does not compile; the compiler's words follow
	conflict             another fix changes the same place
	library-callers      the helper is exported by a library: callers may be out of sight
	no-guard             the helper has no fix in the form that the platform needs
	not-a-call           the helper is mentioned other than by a call
	not-loaded           a package that did not load mentions the helper
	outside-module       the file is not of the main module or workspace
	test-closes          a test closes what the helper returns, or may
	unknown-record       a package was checked by another version of faaslint

In a helper's group build-tags means that a file which is not built here mentions it, and
a code from the lists above may be that of one caller, whose place is then added.

These should not occur; please report them:

	internal             the rewriter failed
	no-function          the call does not stand in a function
	not-an-object        the results are not one object and at most an error
	probe                the catalogue's expression that tries the object is not valid here

# Directives

A comment on the line, or alone on the line above it, silences a finding:

	//faaslint:ignore reuse each tenant has its own pool

The reason is obligatory: without one the comment is reported and silences nothing. So is
a comment that silences nothing any more.

Two directives, in the doc comment of a function, say what the catalogue cannot know:

	//faaslint:handler platform=NAME concurrency=1
	//faaslint:costly what=session loses=connection shared close=Close error

The first makes the function a handler; concurrency=1 says that an instance serves one
request at a time. The second makes calls of the function costly; its attributes are those
of a costly line of the catalogue, where shared (safe for concurrent use, and made to live
long) is what permits a fix. Both can be without attributes but for what=.
*/
package reuse
