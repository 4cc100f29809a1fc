package main

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestInventory wants the texts of the inventory to be in the code as often as it says.
func TestInventory(t *testing.T) {
	text, err := os.ReadFile("../inventory.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		fields := strings.Split(line, " | ")
		if len(fields) != 7 {
			t.Errorf("%q: %d fields, want 7", line, len(fields))
			continue
		}
		source, err := os.ReadFile("../" + fields[1])
		if err != nil {
			t.Error(err)
			continue
		}
		if got := strings.Count(string(source), fields[2]); strconv.Itoa(got) != fields[3] {
			t.Errorf("%s: %q is there %d times, want %s", fields[1], fields[2], got, fields[3])
		}
	}
}
