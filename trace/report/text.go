package report

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// WriteText prints a summary for people; times are in milliseconds. The sums are means: of start-up per process, of
// cold and warm per request.
func WriteText(w io.Writer, sum *Summary) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "mean, ms\tstart-up\tcold\twarm\t\n")
	fmt.Fprintf(t, "of\t%s\t%s\t%s\t\n", count(sum.StartUp.Processes, "process", "processes"),
		count(sum.Cold.Requests, "request", "requests"), count(sum.Warm.Requests, "request", "requests"))
	for _, line := range []struct {
		name string
		part func(*Sums) time.Duration
	}{
		{"object creation", func(s *Sums) time.Duration { return s.Create }},
		{"connection", func(s *Sums) time.Duration { return s.Connect }},
		{"overall init", func(s *Sums) time.Duration { return s.Init }},
		{"execution", func(s *Sums) time.Duration { return s.Execute }},
		{"of it, stores", func(s *Sums) time.Duration { return s.Store }},
		{"serialisation", func(s *Sums) time.Duration { return s.Encode }},
		{"deserialisation", func(s *Sums) time.Duration { return s.Decode }},
		{"all", func(s *Sums) time.Duration { return s.All }},
	} {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t\n", line.name, mean(line.part(&sum.StartUp), sum.StartUp.Processes),
			mean(line.part(&sum.Cold), sum.Cold.Requests), mean(line.part(&sum.Warm), sum.Warm.Requests))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	return writeRows(w, sum.Rows)
}

func writeRows(w io.Writer, rows []Row) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "\tcount\tfailed\ttotal ms\tself ms\tp50 ms\tp95 ms\t  span\n")
	for _, r := range rows {
		when := "warm"
		if r.Cold {
			when = "cold"
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%s\t%s\t%s\t%s\t  %s: %s (%s)\n", when, r.Count, r.Failed, ms(r.Total), ms(r.Self), ms(r.P50), ms(r.P95),
			r.Kind, r.Name, r.In[strings.LastIndexByte(r.In, '/')+1:])
	}
	return t.Flush()
}

func ms(d time.Duration) string { return fmt.Sprintf("%.3f", float64(d)/1e6) }

// mean is empty where there is nothing to divide by: what goroutines did for nobody has no request.
func mean(d time.Duration, n int) string {
	if n == 0 {
		return "-"
	}
	return ms(d / time.Duration(n))
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
