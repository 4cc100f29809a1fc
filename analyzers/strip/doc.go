/*
Package strip finds what a function builds or imports although nothing that it does needs it, and takes it out.

# Analyzer strip

strip: leave out what nothing needs

When code becomes a function, what it does shrinks: routes move elsewhere, a store goes
out of use. What start-up built for them often stays. Each new instance then opens a
connection that no request ever uses.

	main.go:21:11: AWS dynamodb client is built when an instance starts, and no request of
	handle needs it; a cold start takes longer for nothing

# What is reported

  - A costly call (see the page of reuse) that every instance makes once, whose result
    lies in package variables or fields that no handler comes to read, and start-up
    neither, except to set it up, to ask whether it answers or to close it.

  - The same of a call that requests make, or start-up, and whose result nobody looks at.

  - In a main package, an import for its init alone (import _) of a package that registers
    something, if nothing in the program asks for it: a database driver that no sql.Open
    names, handlers in http.DefaultServeMux, which no server serves.

  - By the command line alone, which sees more than one package: a command in a build file
    that makes a function with something in it which a flag of the build leaves out.

# Build files

Makefiles, Dockerfiles, shell scripts and YAML files with commands in them (workflows,
buildspec.yml, serverless.yml and others) are read for go build, the files of goreleaser,
ko and SAM for the fields that stand for it. They lie in the repository of the module, or
in the module where there is no repository, and not below testdata, vendor or node_modules.

	Makefile:9:2: the binary of example.com/app/cmd/api carries debugging symbols (-ldflags="-s -w" leaves them out: …)

What the flags save, measured with Go 1.26 on linux/amd64:

	-ldflags="-s -w"      22.9 to 16.2 MB for the server of examples/opensense, 11.0 to 5.8 MB
	                      compressed; what start-up does, and traces of panics, stay as they are.
	                      Debuggers and go tool nm need what it leaves out
	-trimpath             0.1 % of it: it makes builds repeatable. It is added together with the
	                      former, unless a package of the module asks for the names of its files
	                      (runtime.Caller), and is no finding by itself
	-tags lambda.norpc    24 % of a function that does nothing else, 7 % of one that executes
	                      templates (aws-lambda-go v1.55.1): for files with the name
	                      bootstrap, when no build file mentions the runtime go1.x
	-tags nomsgpack       45 %, or 31 % (gin v1.12.0): for gin, unless a program binds what the
	                      request says it is (Bind, ShouldBind), or mentions MsgPack
	-tags grpcnotrace     21 %, or 3 % (grpc v1.85.0): for grpc, unless a program mentions
	                      EnableTracing or imports golang.org/x/net/trace
	-buildmode=exe        10 %, where the command says pie

The shares are of small programs, and of others less: nomsgpack takes 5 % off a function with
gin v1.7.2 and the AWS SDK. A tag is named only for a program that links the package, in a
version that knows the tag; the finding names that version, and the first one that does.

Variables are followed where the same file sets them, for certain and before their use, to
what is known: those of make with =, := and +=, of a shell, and ENV of an image. In an image,
a package is where COPY put it. Nothing is said of a command whose flags or packages are not
known before it runs, such as $(LDFLAGS) with ?=, below a condition, for one target or in
front of an include, ARG of an image, or what comes from the environment; and of a file that
says GOFLAGS.

What is built has to be what a platform runs. So nothing is said of

  - a command for a debugger, for tests, for a mock, for /dev/null or with GOOS=windows, and
    of files such as test.yml, e2e.yml or setup-local.sh;
  - one beside another that strips the binary of the same function;
  - one for the machine at hand, where no line packs the binary or another is for a platform:
    with GOOS=linux, in an image, or by way of sam, ko or goreleaser;
  - a workflow that does nothing with what it builds but to keep it as an artifact of its run,
    that is called destroy or the like, or neither deploy nor release beside one that is and
    builds the same;
  - a makefile or script which no workflow calls, where the same function is built by a
    workflow that deploys (or one that builds what only its inputs tell), by sam, ko or
    goreleaser, or by another file that packs it, as this one does not;
  - what a makefile builds beside what sam build has it build, into $(ARTIFACTS_DIR);
  - anything but a workflow or an image where a tool runs go build by itself: a GoFunction of
    the CDK, a command of Terraform, serverless-go-plugin or SST;
  - a binary of another name beside one that is called bootstrap, and any beside a Dockerfile
    of an image for Lambda, unless a workflow packs the binary and no file brings an image
    anywhere: then of the image;
  - an image for Lambda that is not made from one of its own and that no file brings anywhere,
    or beside a bootstrap or what sam builds; and one of a function that Google deploys from
    its sources;
  - a server of its own, unless ko builds it or a file says which platform runs its image,
    such as Cloud Run or Knative, and no function is beside it, and never one that goreleaser
    releases. A program that is both is a
    server in an image that exposes a port or that no file brings to Lambda, and in a binary
    that nobody packs.

That the linker keeps methods which nothing calls is told by faaslint methods.

# What is not reported

  - What middleware, a function that anybody may call, or another package may read. Handlers
    must be in sight: those of a router to which a handler hands its requests are only for
    what this package alone can read.
  - Anything, while a handler or start-up calls a function value of which nothing is known.
  - Objects of a program whose folder says that nobody deploys it, such as cmd/local.
  - What can fail, or is read, and is not kept: it may be there to see whether it works.
  - A driver, when some sql.Open of the program, in a library too, gets a name that is no constant.

# Why there is no fix

The fix takes out a package variable with the call that sets it, or the import. Where that
is not proved to change nothing else, the finding ends in

	not fixed automatically: REASON (CODE)

The pages of reuse and lazy explain most codes. These are of this check alone:

	checks               the call can fail, and start-up, or the request, would go on where it ended before
	field                a field of a struct holds it
	local                a local variable holds it, or nothing does: take out the statement
	build-flags          a flag of the build has a value that the fix cannot be put into
	build-field          the flags of the build are fields of a file, or come from the environment
	pie                  somebody asked for a position-independent executable

A finding is silenced as those of reuse are:

	//faaslint:ignore strip the next release reads from it

and one in a build file by a comment on its line, or alone above it:

	# faaslint:ignore strip the profiler needs the symbols
*/
package strip
