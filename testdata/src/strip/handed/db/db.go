package db

type DB struct{ login func() error }

func New(login func() error) *DB { return &DB{login} }

func (d *DB) Query() error { return d.login() }
