// Package gocql is a stub of github.com/gocql/gocql v1.7.0.
package gocql

import (
	"context"
	"time"
)

type Consistency uint16

const (
	One         Consistency = 0x01
	Quorum      Consistency = 0x04
	LocalQuorum Consistency = 0x06
)

type Authenticator interface {
	Challenge(req []byte) (resp []byte, auth Authenticator, err error)
	Success(data []byte) error
}

type PasswordAuthenticator struct {
	Username string
	Password string
}

func (p PasswordAuthenticator) Challenge(req []byte) ([]byte, Authenticator, error) {
	return []byte(p.Username + p.Password), nil, nil
}
func (p PasswordAuthenticator) Success(data []byte) error { return nil }

type HostSelectionPolicy interface{ IsLocal() bool }

type tokenAwareHostPolicy struct{ fallback HostSelectionPolicy }

func (t *tokenAwareHostPolicy) IsLocal() bool { return t.fallback.IsLocal() }

type roundRobinHostPolicy struct{}

func (*roundRobinHostPolicy) IsLocal() bool { return true }

func RoundRobinHostPolicy() HostSelectionPolicy { return &roundRobinHostPolicy{} }

func TokenAwareHostPolicy(fallback HostSelectionPolicy, opts ...func(*tokenAwareHostPolicy)) HostSelectionPolicy {
	return &tokenAwareHostPolicy{fallback}
}

type PoolConfig struct{ HostSelectionPolicy HostSelectionPolicy }

type ClusterConfig struct {
	Hosts          []string
	ProtoVersion   int
	Timeout        time.Duration
	ConnectTimeout time.Duration
	Keyspace       string
	NumConns       int
	Consistency    Consistency
	Authenticator  Authenticator
	PoolConfig     PoolConfig
}

func NewCluster(hosts ...string) *ClusterConfig { return &ClusterConfig{Hosts: hosts} }

func (cfg *ClusterConfig) CreateSession() (*Session, error) { return NewSession(*cfg) }

type Session struct{ cfg ClusterConfig }

func NewSession(cfg ClusterConfig) (*Session, error) { return &Session{cfg}, nil }

func (s *Session) Query(stmt string, values ...interface{}) *Query {
	return &Query{session: s, stmt: stmt, values: values}
}
func (s *Session) Close()       {}
func (s *Session) Closed() bool { return false }

type Query struct {
	session *Session
	stmt    string
	values  []interface{}
	ctx     context.Context
}

func (q *Query) Consistency(c Consistency) *Query       { return q }
func (q *Query) WithContext(ctx context.Context) *Query { c := *q; c.ctx = ctx; return &c }
func (q *Query) Exec() error                            { return q.ctx.Err() }
func (q *Query) Iter() *Iter                            { return &Iter{q} }
func (q *Query) Scan(dest ...interface{}) error         { return q.ctx.Err() }

type Iter struct{ q *Query }

func (iter *Iter) Scan(dest ...interface{}) bool { return iter.q.Exec() == nil }
func (iter *Iter) Close() error                  { return iter.q.Exec() }
