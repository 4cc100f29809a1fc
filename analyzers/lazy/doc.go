/*
Package lazy finds what a function builds when it starts although not all that it does needs it, and rewrites the code
to build it on first use.

# Analyzer lazy

lazy: build on first use what not every request needs

What package variables, init and main build, each new instance builds before it answers
anything: a cold start. That is the right place for what every request needs. A client
that one of five routes uses, or one kind of event, makes all other cold starts wait for
nothing. Where several functions are deployed from one package, each of them runs the
init of all.

	main.go:18:18: Firestore client is opened when an instance starts, but of its handlers
	only save needs it, not show; a cold start pays for a connection that nobody may use

Before:

	var documents *firestore.Client

	func init() {
		var err error
		documents, err = firestore.NewClient(context.Background(), "notes")
		if err != nil {
			log.Fatalf("firestore: %v", err)
		}
	}

	func save(ctx context.Context, id string) error {
		_, err := documents.Doc(id).Set(ctx, data)
		return err
	}

After:

	var (
		clientMu   sync.Mutex
		clientKept *firestore.Client // nil until the first success
	)

	// sharedClient returns this instance's Firestore client, built on first use; a failure is not kept.
	func sharedClient() (*firestore.Client, error) { … }

	func save(ctx context.Context, id string) error {
		documents, err := sharedClient()
		if err != nil {
			return fmt.Errorf("firestore: %w", err)
		}
		_, err = documents.Doc(id).Set(ctx, data)
		return err
	}

What cannot fail stays where it is, and becomes a function:

	queue = sync.OnceValue(func() *sqs.Client {
		return sqs.NewFromConfig(cfg)
	})
	…
	queue().SendMessage(ctx, message)

Most servers keep their clients in fields of a struct that a constructor fills. The field then holds what knows how to
build the client, and the methods ask that:

	func New(ctx context.Context, cfg Config) (*Server, error) {
		s := &Server{}
		s.store = &lateStore{open: func(ctx context.Context) (*store.Store, error) { return store.Open(ctx, cfg) }}
		return s, nil
	}

	func (s *Server) Close() {
		if st := s.store.end(); st != nil { // it was opened
			st.Close()
		}
	}

	func (s *Server) sensor(w http.ResponseWriter, r *http.Request) {
		st, err := s.store.get(r.Context())
		if err != nil {
			log.Print(err)
			http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
			return
		}
		…

A constructor that can no longer fail says so later: whoever calls it from another package and goes on in another way
when it fails is not seen. Callers in its own package are looked at. What the literal mentions is as it was when the
constructor ran, but for the context: each try has thirty seconds and the values of the request's.

# What is reported

A costly call (see the page of reuse) that every instance makes once, before its first
request or in the course of it, and whose result lies in package variables or fields, if

  - one of the package's handlers never comes to a place that reads them, while another
    does, or
  - a handler succeeds without reading them where a choice leads around: a comparison with a
    text such as a method, a path or the kind of an event, or with one of the named values of
    a type; the type of an event, though not of what a channel sends; a parameter that the
    request has; a flag that was set. What fails, or is missing, empty, not valid, or known from an earlier request, chooses nothing.
    Nor does a choice count that ends in an error, a warning or a denial, in a log that says
    that something is skipped, ignored or already done, or in a return of the event as it came;
    what none of several cases names; a dry run; a loop without a round, or a round that drops
    what it has looked up; the path of a probe such as /health or /version; and what is asked
    only to make sure, as by OPTIONS, or a challenge that Slack sends once.

The places that need the object are added to the finding.

What the methods of a struct answer with, in a package that others import, is built when its constructor is called,
whoever does that; the finding stands in the constructor. Where that calls a function of another package which does
nothing but to open what it returns, such as store.Open, all of that counts as one object. Such a function may have
another object of the type on some ways, one in memory, say: then the message says that something may be opened.

What is built may cross packages: a function of one opens a client, another keeps it, the
handlers of a third use it, by way of interfaces or not. What is known of a function there
is by which ways it comes to what: two that ask one of two stores each are no way around a
client that is behind both. The finding then stands where start-up calls the first, in a
main package or another one that the platform starts from, and has no fix.

# What is not reported

  - What start-up itself uses, except to set it up, to ask whether it answers or to close it.
  - A program whose folder says that nobody deploys it, such as cmd/local or cmd/mock-api, and
    a server of its own beside functions: in cmd, in the folder of the module, or called
    server, api, web or the like, where another program starts as a function; in a module
    that starts none where modules in its folders do; and beside a folder api for Vercel. The
    one is for whoever works on the other, or runs for ever. Nor is what a program opens in a
    function that only serves by itself, where a platform starts it elsewhere.
  - What all handlers need but those for probes, such as GET /health or one that is called Ping, those that answer
    with a failure whatever they are asked, one that only greets at /, and one that takes events and that the program
    never calls.
  - What start-up builds only on some condition: the configuration asked for it. A function of another package that
    has a condition inside of it is one to be asked, see above.
  - What is opened by way of a function that keeps it, as those do that reuse writes.
  - What middleware, a handler that wraps those that it was given, or a function that anybody
    may call, can read; an exported variable or field of a package that others import; what a
    handler may read by way of a function value of another package that cannot be followed.
  - What waits for nothing when it is built, such as sql.Open, a Redis client or pgxpool.New, unless start-up
    asks at once whether it answers, and waits for the answer: the first use connects, as it is.
  - What takes microseconds, as most regular expressions do. One that takes a millisecond
    (long repetitions of Unicode classes do) is reported.

# Once and no more

Two findings are about what is built on first use, and not as it should be. They carry
names of their own:

once-poison: sync.Once and sync.OnceValues run a function once, also if it failed. When the
first request of an instance comes while a server is away, all later ones fail too, though
the server is long back. The fix puts a guard that keeps no failure in the place of a
sync.Once, and leaves the answer to a failure as it is. Functions that end the program
after a failure are not reported, nor a sync.Once that somebody sets anew.

eager-hot: a value that cannot fail, that is made of constants and that every request of
every handler needs is built on first use. Then the first request waits for it; start-up
would build it outside of any request's time.

# Why there is no fix

The finding then ends in

	not fixed automatically: REASON (CODE)

The page of reuse explains most codes. These are of this check alone:

	compared             the variable or field is compared with something, such as nil
	declaration          it is declared, or set, together with others, or a literal of the struct names no fields
	effects              what it is made of, or a function that is given it at once, may do more: register a metric or a
	                     driver, or count
	exported             other packages can use the variable or field
	failure-lost         start-up, or who calls the constructor, goes on without it; the constructor does more than to
	                     return the error; or a function that uses it has nobody to tell of a failure
	guarded              the first request builds it together with others: give each a function of its own
	helper               another package's function builds it, and may do more than that, or a variable gets what it builds
	old-go               the file is compiled as a Go without sync.OnceValue or context.WithoutCancel
	once-shape           what the sync.Once runs does more than to build it, to check its error, to answer and to return
	other-use            the variable, or the sync.Once, is used elsewhere; the constructor uses what it puts into the field;
	                     another function makes the struct without it; or it cannot be told which struct a function asks
	set-up               start-up also sets it up, as with SetMaxOpenConns
	several-keepers      more than one variable or field holds it
	shared-input         others use, or may change, what it is made from
	start-function       a variable's object is built neither in init nor in main, a field's in a function literal
	tagged               the field has a tag, or is exported beside one that has, and others may find it by reflection

A finding is silenced as those of reuse are:

	//faaslint:ignore lazy whoever saves must not wait for a connection
*/
package lazy
