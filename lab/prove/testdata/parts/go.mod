module example.com/parts

go 1.26.0

require github.com/gocql/gocql v1.0.0

replace github.com/gocql/gocql => ./_gocql
