// Package gocql stands for a client that is long in its package initialisation.
package gocql

import "time"

var table = make(map[int][]byte)

func init() {
	time.Sleep(100 * time.Millisecond)
	for i := range 5000 {
		table[i] = make([]byte, 100)
	}
}

// NewSession says that there is one.
func NewSession() string {
	if len(table) == 0 {
		return "nothing"
	}
	return "a session"
}
