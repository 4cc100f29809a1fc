/*
Package strip finds what a function builds or imports although nothing that it does needs it, and takes it out.

# Analyzer strip

strip: leave out what nothing needs

When code becomes a function, what it does shrinks: routes move elsewhere, a store goes
out of use. What start-up built for them often stays. Each new instance then opens a
connection that no request ever uses, and waits for it.

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

# What is not reported

  - What middleware, a function that anybody may call, or another package may read. Handlers
    must be in sight: those of a router to which a handler hands its requests are only for
    what this package alone can read.
  - Anything, while a handler or start-up calls a function value of which nothing is known.
  - What can fail, or is read, and is not kept: it may be there to see whether it works.
  - A driver, when some sql.Open of the program, in a library too, gets a name that is no constant.

# Why there is no fix

The fix takes out a package variable with the call that sets it, or the import. Where that
is not proved to change nothing else, the finding ends in

	not fixed automatically: REASON (CODE)

The pages of reuse and lazy explain most codes. These are of this check alone:

	checks               the call can fail, and start-up, or the request, would go on where it ended before
	local                a local variable holds it, or nothing does: take out the statement

A finding is silenced as those of reuse are:

	//faaslint:ignore strip the next release reads from it
*/
package strip
