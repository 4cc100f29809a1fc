// Package host runs a built function as a platform for functions does: it starts the binary as a fresh process, speaks
// the platform's protocol with it, and times apart what a start consists of.
//
// [Deploy] packs a function, [Deployment.Start] starts one instance. A [Pool] is the platform around it: it starts an instance when none is free, freezes
// those that have nothing to do, and removes them after a while. Linux only, since it stops processes and reads /proc.
package host

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/faaslint/faaslint/faas/replay"
)

// A Platform is the protocol between host and function.
type Platform string

// The platforms.
const (
	OpenWhisk Platform = "openwhisk" // ActionLoop: /init and /run, lines on standard input and file descriptor 3
	Lambda    Platform = "lambda"    // the AWS Lambda Runtime API
	HTTP      Platform = "http"      // a server on $PORT: Knative, Cloud Run
)

// Platforms lists all platforms.
func Platforms() []Platform { return []Platform{OpenWhisk, Lambda, HTTP} }

// A Package is the form in which code is handed to a platform.
type Package string

// The packages. Their zero value stands for the platform's own: a zip, or for HTTP an image.
const (
	ELF   Package = "elf"   // the binary itself, in base64 (OpenWhisk)
	Zip   Package = "zip"   // with the binary in its root (OpenWhisk: exec, Lambda: bootstrap)
	Image Package = "image" // the binary is there before the instance starts: nothing is delivered
	// Source is the module in a zip, which the container compiles in /init (OpenWhisk).
	Source Package = "source"
)

// A Function is a built function and how it is run.
type Function struct {
	Platform Platform
	Exec     string // path of the binary; not for Source
	Package  Package
	Source   string // for Source: the folder of the module
	// Compile is the container's compiler, for Source: it makes the binary out of the module in dir. What it keeps
	// between builds it may put into cache, which is empty, as in a container that has just come from its image.
	Compile func(ctx context.Context, dir, cache, out string) error
	Env     []string // name=value, besides what the platform sets
	// Concurrency is how many requests an instance gets at a time; 0 is the platform's default: 1, or for HTTP any number.
	Concurrency int
	// Timeout limits a request, and a start; 0 is a minute. An instance that does not keep it is of no more use.
	Timeout time.Duration
}

// check reports what no platform offers.
func (f Function) check() error {
	switch f.Platform {
	case OpenWhisk:
		if f.Concurrency > 1 {
			return fmt.Errorf("concurrency %d: an OpenWhisk action for Go gets one request at a time", f.Concurrency)
		}
	case Lambda:
		if f.Package == ELF || f.Package == Source {
			return fmt.Errorf("package %s: Lambda takes zip or image", f.Package)
		}
	case HTTP:
		if f.Package != "" && f.Package != Image {
			return fmt.Errorf("package %s: a container has its code in the image", f.Package)
		}
	default:
		return fmt.Errorf("platform %q: want one of %v", f.Platform, Platforms())
	}
	if f.Concurrency < 0 {
		return fmt.Errorf("concurrency %d: want 0 or more", f.Concurrency)
	}
	if f.Package == Source {
		if f.Compile == nil {
			return errors.New("package source: nobody says how to compile it")
		}
		return nil
	}
	if _, err := os.Stat(f.Exec); err != nil {
		return fmt.Errorf("binary of the function: %w", err)
	}
	return nil
}

func (f Function) packaged() Package {
	switch {
	case f.Package != "":
		return f.Package
	case f.Platform == HTTP:
		return Image
	}
	return Zip
}

func (f Function) timeout() time.Duration {
	if f.Timeout > 0 {
		return f.Timeout
	}
	return time.Minute
}

// capacity is how many requests an instance takes at a time.
func (f Function) capacity() int {
	switch {
	case f.Concurrency > 0:
		return f.Concurrency
	case f.Platform == HTTP:
		return 1 << 30
	}
	return 1
}

// CodeLimit returns how many bytes of a package the platform takes by default, or 0 for no limit that matters.
func (f Function) CodeLimit() int64 {
	switch {
	case f.packaged() == Image:
		return 0
	case f.Platform == OpenWhisk:
		return 48 << 20 // as it travels
	}
	return 50 << 20 // Lambda: zipped and uploaded directly
}

// A Startup is what a start consists of.
type Startup struct {
	Deliver time.Duration // JSON, base64, unzip and write; nothing for an image
	Compile time.Duration // of source, in /init
	Ready   time.Duration // from the spawn of the process until it asks for, or accepts, requests
}

// An Instance is one running process of a function.
type Instance interface {
	// Startup says how long the start took.
	Startup() Startup
	// Do has the function answer a request. After an error the instance is of no more use, only to be stopped.
	Do(ctx context.Context, r replay.Request) (replay.Answer, error)
	// Faults returns how many page faults the process had so far: without and with input from disk.
	Faults() (minor, major int64, err error)
	// Freeze stops the process, and Thaw lets it go on.
	Freeze() error
	Thaw() error
	// Log returns what the function wrote to its standard output and error.
	Log() string
	// Stop ends the process and says what it used. It may be called again.
	Stop() Usage
}

// A Deployment is a function as the platform keeps it: packed once, started often.
type Deployment struct {
	Function
	code []byte // the package as it travels; none for an image
}

// Deploy packs a function.
func Deploy(f Function) (*Deployment, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	code, err := pack(f)
	if err != nil {
		return nil, err
	}
	return &Deployment{f, code}, nil
}

// Bytes returns the size of the package as it travels, or of the binary if it does not.
func (d *Deployment) Bytes() (int64, error) {
	if d.packaged() != Image {
		return int64(len(d.code)), nil
	}
	info, err := os.Stat(d.Exec)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// Start delivers the code, starts a process and waits until it is ready. The caller stops the instance. It is safe for
// concurrent use.
func (d *Deployment) Start(ctx context.Context) (Instance, error) {
	ctx, cancel := context.WithTimeout(ctx, d.timeout())
	defer cancel()
	switch d.Platform {
	case OpenWhisk:
		return startOpenWhisk(ctx, d)
	case Lambda:
		return startLambda(ctx, d)
	}
	return startHTTP(ctx, d)
}
