// Package prometheus is a stub of github.com/prometheus/client_golang v1.24.0.
package prometheus

type Collector interface{ Collect(chan<- Metric) }

type Metric interface{}

type CounterOpts struct{ Name, Help string }

type Counter interface {
	Collector
	Inc()
}

type counter struct {
	opts CounterOpts
	n    int
}

func (c *counter) Inc()                     { c.n++ }
func (c *counter) Collect(ch chan<- Metric) { ch <- c.n }

func NewCounter(opts CounterOpts) Counter { return &counter{opts: opts} }

var registered []Collector

func MustRegister(cs ...Collector) { registered = append(registered, cs...) }
