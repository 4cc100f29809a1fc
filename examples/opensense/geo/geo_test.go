package geo

import (
	"math"
	"testing"

	"github.com/faaslint/faaslint/examples/opensense/model"
)

func TestDistance(t *testing.T) {
	tests := []struct {
		p, q      model.Location
		want, off float64
	}{
		{model.Location{Lat: 52.5, Lng: 13.4}, model.Location{Lat: 52.5, Lng: 13.4}, 0, 0},
		{model.Location{Lat: 0, Lng: 0}, model.Location{Lat: 0, Lng: 1}, radius * math.Pi / 180, 1e-6},
		{model.Location{Lat: 0, Lng: 179.5}, model.Location{Lat: 0, Lng: -179.5}, radius * math.Pi / 180, 1e-6},
		{model.Location{Lat: 90, Lng: 0}, model.Location{Lat: -90, Lng: 77}, radius * math.Pi, 1e-6},
		{model.Location{Lat: 52.52, Lng: 13.405}, model.Location{Lat: 48.137, Lng: 11.575}, 504300, 300},
	}
	for _, test := range tests {
		if got := Distance(test.p, test.q); math.Abs(got-test.want) > test.off {
			t.Errorf("Distance(%v, %v) = %f, want %f", test.p, test.q, got, test.want)
		}
	}
}

func TestParsePoint(t *testing.T) {
	for _, s := range []string{"52.5,13.4", "[52.5,13.4]", "(52.5,13.4)", " ( 52.5 , 13.4 ) ", "5.25e1,+13.40"} {
		if got, err := ParsePoint(s); err != nil || got != (model.Location{Lat: 52.5, Lng: 13.4}) {
			t.Errorf("ParsePoint(%q) = %v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "1", "1,2,3", "1,2,3,4", "91,0", "0,181", "a,b", "NaN,0", "0x1,0", "1e999,0"} {
		if got, err := ParsePoint(s); err == nil {
			t.Errorf("ParsePoint(%q) = %v, want an error", s, got)
		}
	}
}

func TestBox(t *testing.T) {
	for _, s := range []string{"50,10,52,14", "52,14,50,10", "[[50,14],[52,10]]"} {
		b, err := ParseBox(s)
		if err != nil {
			t.Fatal(err)
		}
		for p, want := range map[model.Location]bool{
			{Lat: 51, Lng: 12}: true, {Lat: 50, Lng: 12}: true, {Lat: 52, Lng: 14}: true, {Lat: 51, Lng: 10}: true,
			{Lat: 49.999999, Lng: 12}: false, {Lat: 51, Lng: 14.000001}: false,
		} {
			if b.Contains(p) != want {
				t.Errorf("%s: Contains(%v) = %v", s, p, !want)
			}
		}
	}
	if _, err := ParseBox("1,2"); err == nil {
		t.Error("a box of one corner: want an error")
	}
}

func TestPolygon(t *testing.T) {
	// An L: the square from 0,0 to 4,4 without its upper right quarter.
	for _, s := range []string{"0,0,0,4,2,4,2,2,4,2,4,0", "[[0,0],[0,4],[2,4],[2,2],[4,2],[4,0],[0,0]]"} {
		poly, err := ParsePolygon(s)
		if err != nil {
			t.Fatal(err)
		}
		for p, want := range map[model.Location]bool{
			{Lat: 1, Lng: 1}: true, {Lat: 1, Lng: 3}: true, {Lat: 3, Lng: 1}: true, {Lat: 3, Lng: 3}: false,
			{Lat: 0, Lng: 0}: true, {Lat: 2, Lng: 2}: true, {Lat: 2, Lng: 3}: true, {Lat: 4, Lng: 1}: true, // border
			{Lat: 2, Lng: -1}: false, {Lat: 2, Lng: 5}: false, {Lat: 4, Lng: 3}: false, {Lat: 5, Lng: 0}: false,
		} {
			if poly.Contains(p) != want {
				t.Errorf("%s: Contains(%v) = %v", s, p, !want)
			}
		}
		if got, want := poly.WKT(), "POLYGON((0 0,4 0,4 2,2 2,2 4,0 4,0 0))"; got != want {
			t.Errorf("WKT = %s, want %s", got, want)
		}
	}
	if _, err := ParsePolygon("0,0,1,1,0,0"); err == nil {
		t.Error("a polygon of two corners: want an error")
	}
}
