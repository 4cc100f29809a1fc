// Package config reads the application's settings from the environment.
package config

import (
	"os"
	"strconv"
	"strings"
	"time"
)

// Config is what an operator may set.
type Config struct {
	Store             string   // memory or real
	PostgresURL       string   // for the sensors
	CassandraHosts    []string // for the values
	CassandraKeyspace string
	CassandraUser     string
	CassandraPassword string
	CassandraCA       string // a file in PEM; with it, connections use TLS
	ConnectTimeout    time.Duration
	JWTKey            string // RSA, in PEM
	TimeZone          string // of the pages
	Debug             bool
}

// Load returns the settings, with defaults that need no servers.
func Load() Config {
	return Config{
		Store:             env("OPENSENSE_STORE", "memory"),
		PostgresURL:       env("OPENSENSE_POSTGRES_URL", "postgres://opensense@127.0.0.1:5432/opensense"),
		CassandraHosts:    strings.Split(env("OPENSENSE_CASSANDRA_HOSTS", "127.0.0.1:9042"), ","),
		CassandraKeyspace: env("OPENSENSE_CASSANDRA_KEYSPACE", "opensense"),
		CassandraUser:     os.Getenv("OPENSENSE_CASSANDRA_USER"),
		CassandraPassword: os.Getenv("OPENSENSE_CASSANDRA_PASSWORD"),
		CassandraCA:       os.Getenv("OPENSENSE_CASSANDRA_CA"),
		ConnectTimeout:    time.Duration(number("OPENSENSE_CONNECT_TIMEOUT_MS", 5000)) * time.Millisecond,
		JWTKey:            os.Getenv("OPENSENSE_JWT_KEY"),
		TimeZone:          env("OPENSENSE_TIME_ZONE", "Europe/Berlin"),
		Debug:             os.Getenv("OPENSENSE_DEBUG") != "",
	}
}

func env(key, otherwise string) string {
	if value := os.Getenv(key); value != "" {
		return value
	}
	return otherwise
}

func number(key string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(key)); err == nil {
		return n
	}
	return otherwise
}
