package store

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/faaslint/faaslint/examples/opensense/geo"
	"github.com/faaslint/faaslint/examples/opensense/model"
	"github.com/faaslint/faaslint/examples/opensense/seed"
)

// Memory is a store of made-up data that stands for the servers.
type Memory struct {
	mu      sync.RWMutex
	users   []model.User
	sensors []model.Sensor // by id
	values  map[int][]model.Value
	lastID  int
}

// NewMemory returns a store with so many sensors and, for each, so many hourly values.
func NewMemory(sensors, values int) *Memory {
	m := &Memory{users: seed.Users(), sensors: seed.Sensors(sensors), values: map[int][]model.Value{}, lastID: sensors}
	for _, s := range m.sensors {
		m.values[s.ID] = seed.Values(s, values)
	}
	return m
}

var (
	memoryOnce sync.Once
	memory     *Memory
)

// shared returns the process's store, made on first use: what one request stores, the next must find.
func shared() *Memory {
	memoryOnce.Do(func() { memory = NewMemory(500, 48) })
	return memory
}

// Close does nothing; it makes a Memory a Metadata and a Values.
func (m *Memory) Close() {}

// Sensors implements Metadata.
func (m *Memory) Sensors(_ context.Context, f Filter) ([]model.Sensor, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	found := []model.Sensor{}
	for _, s := range m.sensors {
		if f.matches(s) {
			found = append(found, s)
		}
	}
	if f.NumNearest > 0 && f.NumNearest < len(found) {
		slices.SortStableFunc(found, func(a, b model.Sensor) int {
			return cmp.Compare(geo.Nearness(*f.Ref, a.Location), geo.Nearness(*f.Ref, b.Location))
		})
		found = found[:f.NumNearest]
		slices.SortFunc(found, byID)
	}
	if f.MaxSensors > 0 && f.MaxSensors < len(found) {
		found = found[:f.MaxSensors]
	}
	return found, nil
}

func byID(a, b model.Sensor) int { return cmp.Compare(a.ID, b.ID) }

// matches leaves NumNearest and MaxSensors, which look at all sensors, to its caller.
func (f Filter) matches(s model.Sensor) bool {
	switch {
	case f.MeasurandID != 0 && s.MeasurandID != f.MeasurandID,
		f.UserID != 0 && s.UserID != f.UserID,
		f.Licenses != nil && !slices.Contains(f.Licenses, s.LicenseID),
		f.MinAccuracy != nil && s.Accuracy < *f.MinAccuracy,
		f.MaxAccuracy != nil && s.Accuracy > *f.MaxAccuracy,
		f.MaxDistance != nil && geo.Distance(*f.Ref, s.Location) > *f.MaxDistance+geo.Tolerance,
		f.Box != nil && !f.Box.Contains(s.Location),
		f.Polygon != nil && !f.Polygon.Contains(s.Location):
		return false
	}
	return true
}

// find returns where the sensor is, or would be.
func (m *Memory) find(id int) (int, bool) {
	return slices.BinarySearchFunc(m.sensors, id, func(s model.Sensor, id int) int { return cmp.Compare(s.ID, id) })
}

// Sensor implements Metadata.
func (m *Memory) Sensor(_ context.Context, id int) (model.Sensor, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	i, found := m.find(id)
	if !found {
		return model.Sensor{}, ErrNotFound
	}
	return m.sensors[i], nil
}

// AddSensor implements Metadata.
func (m *Memory) AddSensor(_ context.Context, s model.Sensor) (model.Sensor, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lastID++
	s.ID = m.lastID
	m.sensors = append(m.sensors, s)
	return s, nil
}

// DeleteSensor implements Metadata.
func (m *Memory) DeleteSensor(_ context.Context, id int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	i, found := m.find(id)
	if !found {
		return ErrNotFound
	}
	m.sensors = slices.Delete(m.sensors, i, i+1)
	return nil
}

// User implements Metadata.
func (m *Memory) User(_ context.Context, id int) (model.User, error) {
	return m.user(func(u model.User) bool { return u.ID == id })
}

// UserNamed implements Metadata.
func (m *Memory) UserNamed(_ context.Context, name string) (model.User, error) {
	return m.user(func(u model.User) bool { return u.Username == name })
}

func (m *Memory) user(is func(model.User) bool) (model.User, error) {
	i := slices.IndexFunc(m.users, is)
	if i < 0 {
		return model.User{}, ErrNotFound
	}
	return m.users[i], nil
}

// Range implements Values.
func (m *Memory) Range(_ context.Context, sensor int, from, to time.Time, limit int) ([]model.Value, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	found := []model.Value{}
	for _, v := range m.values[sensor] {
		if !from.IsZero() && v.Timestamp.Before(from) || !to.IsZero() && v.Timestamp.After(to) {
			continue
		}
		if len(found) == limit {
			return nil, ErrTooLarge
		}
		found = append(found, v)
	}
	return found, nil
}

// Extent implements Values.
func (m *Memory) Extent(_ context.Context, sensor int) ([]model.Value, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	values := m.values[sensor]
	if len(values) == 0 {
		return nil, nil
	}
	return []model.Value{values[0], values[len(values)-1]}, nil
}

// AddValues implements Values.
func (m *Memory) AddValues(_ context.Context, sensor int, values []model.Value) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	stored := m.values[sensor]
	for _, v := range values {
		i, found := slices.BinarySearchFunc(stored, v, func(a, b model.Value) int { return a.Timestamp.Compare(b.Timestamp.Time) })
		if found {
			stored[i] = v
		} else {
			stored = slices.Insert(stored, i, v)
		}
	}
	m.values[sensor] = stored
	return nil
}

// DeleteValues implements Values.
func (m *Memory) DeleteValues(_ context.Context, sensor int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.values, sensor)
	return nil
}
