package prove

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/faaslint/faaslint/lab/host"
)

// An Init is what package initialisation costs before main, as Go's GODEBUG=inittrace=1 has it.
type Init struct {
	Milliseconds float64       `json:"milliseconds"`
	Bytes        int64         `json:"bytes"`
	Allocs       int64         `json:"allocs"`
	Packages     []InitPackage `json:"packages"` // the dearest first
}

// An InitPackage is the part of one package.
type InitPackage struct {
	Package      string  `json:"package"`
	Milliseconds float64 `json:"milliseconds"`
	Bytes        int64   `json:"bytes"`
	Allocs       int64   `json:"allocs"`
}

// Kilobytes is what is allocated.
func (i Init) Kilobytes() int64 { return i.Bytes >> 10 }

// Kilobytes is what is allocated.
func (p InitPackage) Kilobytes() int64 { return p.Bytes >> 10 }

// inspect runs each version once more to see what its packages do when they are initialised: the trace itself takes
// time, so that this run is not timed.
func (l *lab) inspect(ctx context.Context) error {
	for _, v := range l.versions {
		f := v.untimed.Function
		f.Env = append(slices.Clone(f.Env), "GODEBUG=inittrace=1")
		d, err := host.Deploy(f)
		if err != nil {
			return err
		}
		in, err := d.Start(ctx)
		if err != nil {
			return fmt.Errorf("%s, with GODEBUG=inittrace=1: %w", v.Name, err)
		}
		in.Stop()
		v.Init = parseInit(in.Log())
	}
	return nil
}

// init internal/godebug @0.36 ms, 0.10 ms clock, 1024 bytes, 12 allocs
var initLine = regexp.MustCompile(`(?m)^init (\S+) @\S+ ms, (\S+) ms clock, (\d+) bytes, (\d+) allocs$`)

func parseInit(log string) (all Init) {
	for _, m := range initLine.FindAllStringSubmatch(log, -1) {
		p := InitPackage{Package: m[1]}
		// Inv: the pattern lets digits pass alone, and for ms what Go prints.
		p.Milliseconds, _ = strconv.ParseFloat(m[2], 64)
		p.Bytes, _ = strconv.ParseInt(m[3], 10, 64)
		p.Allocs, _ = strconv.ParseInt(m[4], 10, 64)
		all.Packages = append(all.Packages, p)
		all.Milliseconds += p.Milliseconds
		all.Bytes += p.Bytes
		all.Allocs += p.Allocs
	}
	slices.SortFunc(all.Packages, func(a, b InitPackage) int {
		return cmp.Or(-cmp.Compare(a.Milliseconds, b.Milliseconds), strings.Compare(a.Package, b.Package))
	})
	all.Packages = all.Packages[:min(10, len(all.Packages))]
	return all
}
