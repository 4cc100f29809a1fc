package routes

import (
	"fmt"
	"strings"

	"github.com/faaslint/faaslint/internal/reach"
)

// Why is a shortest path of declarations from a route to a dependency, or from the start if every request needs it.
func (t *Table) Why(row *Row, d *Dep) []reach.Mention {
	set := row.set
	if d.Start {
		set = t.Start
	}
	through := d.through(t.Program, set)
	path := set.Path(through)
	if through != "" && !d.packages[through] {
		path = append(path, reach.Mention{Name: d.Path, How: "imported by " + through})
	}
	return path
}

// Row finds a route by its name, or by its path if no other has it.
func (t *Table) Row(name string) (*Row, error) {
	var names []string
	var byPath []*Row
	for _, row := range t.Rows {
		if row.String() == name {
			return row, nil
		}
		if row.Path == name {
			byPath = append(byPath, row)
		}
		names = append(names, row.String())
	}
	switch len(byPath) {
	case 0:
		return nil, fmt.Errorf("there is no route %q; the nearest is %q", name, nearest(name, names))
	case 1:
		return byPath[0], nil
	}
	return nil, fmt.Errorf("%q is the path of %s and of %s: say which", name, byPath[0], byPath[1])
}

// Dep finds a dependency by its short name, its path, or the path of one of its packages.
func (t *Table) Dep(name string) (*Dep, error) {
	var names []string
	for _, d := range t.Deps {
		if d.Name == name || d.Path == name || d.packages[name] {
			return d, nil
		}
		names = append(names, d.Name)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("there is no dependency %q: this program has none", name)
	}
	return nil, fmt.Errorf("there is no dependency %q; the nearest is %q", name, nearest(name, names))
}

// nearest is the name that takes the fewest changes of letters.
func nearest(name string, names []string) (best string) {
	least := -1
	for _, n := range names {
		if d := distance(strings.ToLower(name), strings.ToLower(n)); least < 0 || d < least {
			best, least = n, d
		}
	}
	return best
}

func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
