// Package store keeps sensors and users (Metadata) and time series (Values): in PostGIS and Cassandra, or in memory.
package store

import (
	"context"
	"errors"
	"time"

	"github.com/faaslint/faaslint/examples/opensense/geo"
	"github.com/faaslint/faaslint/examples/opensense/model"
)

// ErrNotFound is returned when there is no such sensor or user.
var ErrNotFound = errors.New("not found")

// ErrTooLarge is returned when an answer would have more values than its limit.
var ErrTooLarge = errors.New("too many values")

// Metadata keeps sensors and users.
type Metadata interface {
	// Sensors returns the sensors of a filter in the order of their ids.
	Sensors(ctx context.Context, f Filter) ([]model.Sensor, error)
	Sensor(ctx context.Context, id int) (model.Sensor, error)
	// AddSensor stores a sensor under a new id and returns it with this id.
	AddSensor(ctx context.Context, s model.Sensor) (model.Sensor, error)
	DeleteSensor(ctx context.Context, id int) error
	User(ctx context.Context, id int) (model.User, error)
	UserNamed(ctx context.Context, name string) (model.User, error)
	Close()
}

// Values keeps the values of sensors.
type Values interface {
	// Range returns the values from one time to another, both inclusive, in the order of time.
	Range(ctx context.Context, sensor int, from, to time.Time, limit int) ([]model.Value, error)
	// Extent returns the first and the last value, or none.
	Extent(ctx context.Context, sensor int) ([]model.Value, error)
	// AddValues stores values; one with the time of another replaces it.
	AddValues(ctx context.Context, sensor int, values []model.Value) error
	DeleteValues(ctx context.Context, sensor int) error
	Close()
}

// A Filter says which sensors are wanted. A nil or zero field means any.
type Filter struct {
	MeasurandID              int
	UserID                   int
	Licenses                 []int // empty, but not nil, means none
	MinAccuracy, MaxAccuracy *int
	Ref                      *model.Location
	MaxDistance              *float64 // metres from Ref, inclusive
	NumNearest               int      // those nearest to Ref; of two as near, the lower id
	Box                      *geo.Box
	Polygon                  geo.Polygon
	MaxSensors               int // those with the lowest ids
}

// A Store is both stores.
type Store struct {
	Meta   Metadata
	Values Values
}

// Close closes both stores.
func (st *Store) Close() {
	st.Values.Close()
	st.Meta.Close()
}
