package routes

import (
	"fmt"
	"go/token"
	"strings"
)

// A Finding says that routes which are in one program fall into groups.
type Finding struct {
	Pos     token.Pos
	Message string
	Related []Related
}

// A Related is a part of the evidence.
type Related struct {
	Pos     token.Pos
	Message string
}

// Finding is what a check says of the table, nil for nothing. It says nothing while any route may reach more than is
// known: then a group would be a guess.
func (t *Table) Finding() *Finding {
	if len(t.Groups) < 2 || len(t.Opens) > 0 {
		return nil
	}
	for _, row := range t.Rows {
		if len(row.Opens) > 0 || row.Route.Open {
			return nil
		}
	}
	f := new(Finding)
	var free []string
	for _, d := range t.Deps {
		if d.Start || !d.Heavy() {
			continue
		}
		without := 0
		var needs *Row
		for _, row := range t.Rows {
			switch {
			case !row.Has(d):
				without++
			case needs == nil:
				needs = row
			}
		}
		if without == 0 || needs == nil {
			continue
		}
		if !f.Pos.IsValid() {
			f.Pos = needs.Node.Pos()
		}
		free = append(free, fmt.Sprintf("%d need no %s", without, d.Name))
		f.Related = append(f.Related, Related{needs.Pos, fmt.Sprintf("%s needs %s", needs, d.Name)})
		for _, m := range t.Why(needs, d) {
			if m.Pos.IsValid() {
				f.Related = append(f.Related, Related{m.Pos, m.Name})
			}
		}
	}
	if len(free) == 0 {
		return nil
	}
	f.Message = fmt.Sprintf("of %d routes in one program %s; each instance has what any of them needs", len(t.Rows), strings.Join(free, " and "))
	return f
}
