package store

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/faaslint/faaslint/examples/opensense/config"
	"github.com/faaslint/faaslint/examples/opensense/geo"
	"github.com/faaslint/faaslint/examples/opensense/model"
	"github.com/faaslint/faaslint/examples/opensense/seed"
)

// open returns the databases that the environment names, filled by opensense-migrate -sensors 500 -values 48, and
// the store in memory that must equal them.
func open(t *testing.T) (*Store, *Memory) {
	t.Helper()
	cfg := config.Load()
	if cfg.Store == "memory" {
		t.Skip("no databases: OPENSENSE_STORE is not real")
	}
	st, err := Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.Close)
	return st, NewMemory(500, 48)
}

func filters() []Filter {
	ref := model.Location{Lat: 52.5, Lng: 13.4}
	far, zero, three := 60_000.0, 0.0, 3
	all := []Filter{
		{}, {MaxSensors: 7}, {MeasurandID: 5}, {MeasurandID: 99}, {UserID: 2, MeasurandID: 1}, {Licenses: []int{}}, {Licenses: []int{2, 5}},
		{MinAccuracy: &three}, {MaxAccuracy: &three}, {Ref: &ref, MaxDistance: &far}, {Ref: &ref, NumNearest: 9},
		{Ref: &ref, NumNearest: 9, MaxSensors: 4, MeasurandID: 6}, {Ref: &ref, MaxDistance: &far, NumNearest: 2},
		{Polygon: geo.Polygon{{Lat: 52, Lng: 10}, {Lat: 54, Lng: 11}, {Lat: 50, Lng: 14}}},
	}
	for _, s := range seed.Sensors(60) { // shapes with a sensor on the border, or a step away from it
		at := s.Location
		all = append(all,
			Filter{Ref: &at, MaxDistance: &zero},
			Filter{Ref: &at, NumNearest: 3},
			Filter{Box: &geo.Box{Min: at, Max: model.Location{Lat: at.Lat + 1, Lng: at.Lng + 1}}},
			Filter{Box: &geo.Box{Min: model.Location{Lat: at.Lat + 1e-9, Lng: at.Lng}, Max: model.Location{Lat: at.Lat + 1, Lng: at.Lng + 1}}},
			Filter{Polygon: geo.Polygon{at, {Lat: at.Lat + 1, Lng: at.Lng}, {Lat: at.Lat, Lng: at.Lng + 1}}},
			Filter{Polygon: geo.Polygon{{Lat: at.Lat, Lng: at.Lng - 1}, {Lat: at.Lat, Lng: at.Lng + 1}, {Lat: at.Lat + 1, Lng: at.Lng}}},
		)
	}
	return all
}

func TestRealSensors(t *testing.T) {
	st, memory := open(t)
	ctx := context.Background()
	for _, f := range filters() {
		want, _ := memory.Sensors(ctx, f)
		got, err := st.Meta.Sensors(ctx, f)
		if err != nil || len(got) != len(want) || len(got) > 0 && !reflect.DeepEqual(got, want) {
			query, args := f.sql()
			t.Errorf("%s %v: got %d sensors, %v, want %d", query, args, len(got), err, len(want))
		}
	}
}

func TestRealValues(t *testing.T) {
	st, memory := open(t)
	ctx := context.Background()
	for _, id := range []int{1, 250, 9999} {
		want, _ := memory.Extent(ctx, id)
		if got, err := st.Values.Extent(ctx, id); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("extent of %d: got %v, %v, want %v", id, got, err, want)
		}
		for _, between := range [][2]time.Time{
			{}, {seed.Start.Add(time.Hour)}, {{}, seed.Start.Add(5*time.Hour + time.Second)},
			{seed.Start.Add(time.Hour + time.Second), seed.Start.Add(2 * time.Hour)}, {seed.Start.Add(time.Hour + time.Second + 1), seed.Start.Add(3 * time.Hour)},
			{seed.Start.Add(99 * time.Hour)},
		} {
			want, _ := memory.Range(ctx, id, between[0], between[1], 100)
			got, err := st.Values.Range(ctx, id, between[0], between[1], 100)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%d in %v: got %v, %v, want %v", id, between, got, err, want)
			}
		}
	}
	if _, err := st.Values.Range(ctx, 1, time.Time{}, time.Time{}, 5); err != ErrTooLarge {
		t.Errorf("got %v, want %v", err, ErrTooLarge)
	}
}

// TestRealChanges takes back what it does, other than the next id.
func TestRealChanges(t *testing.T) {
	st, _ := open(t)
	ctx := context.Background()
	want := seed.Sensors(1)[0]
	s, err := st.Meta.AddSensor(ctx, want)
	want.ID = s.ID
	if err != nil || s != want {
		t.Fatalf("got %v, %v, want %v", s, err, want)
	}
	if got, err := st.Meta.Sensor(ctx, s.ID); err != nil || got != want {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	year := []model.Value{}
	for month := range time.Month(12) {
		year = append(year, model.NewValue(time.Date(2020, month+1, 1, 0, 0, 0, 5e6, time.UTC), 0.1))
	}
	if err := errors.Join(st.Values.AddValues(ctx, s.ID, year[6:]), st.Values.AddValues(ctx, s.ID, year)); err != nil {
		t.Error(err)
	}
	if got, err := st.Values.Range(ctx, s.ID, time.Time{}, time.Time{}, 100); err != nil || !reflect.DeepEqual(got, year) {
		t.Errorf("got %v, %v, want %v", got, err, year)
	}
	if err := errors.Join(st.Values.DeleteValues(ctx, s.ID), st.Meta.DeleteSensor(ctx, s.ID)); err != nil {
		t.Error(err)
	}
	if got, err := st.Values.Extent(ctx, s.ID); err != nil || got != nil {
		t.Errorf("after delete: got %v, %v", got, err)
	}
	if _, err := st.Meta.Sensor(ctx, s.ID); err != ErrNotFound {
		t.Errorf("after delete: got %v", err)
	}
	if err := st.Meta.DeleteSensor(ctx, s.ID); err != ErrNotFound {
		t.Errorf("second delete: got %v", err)
	}
	if u, err := st.Meta.UserNamed(ctx, "weather"); err != nil || u != seed.Users()[1] {
		t.Errorf("got %v, %v", u, err)
	}
	if _, err := st.Meta.User(ctx, 99); err != ErrNotFound {
		t.Errorf("got %v", err)
	}
}
