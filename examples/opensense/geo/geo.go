// Package geo answers where a sensor is, with the results that PostGIS gives for the store's queries.
package geo

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/faaslint/faaslint/examples/opensense/model"
)

// radius is the mean radius of the WGS 84 spheroid, (2a+b)/3, in metres: the sphere of ST_DistanceSphere.
const radius = (2*6378137.0 + 6356752.314245179) / 3

// Distance returns the metres between two points on the sphere, by the formula of PostGIS, which is
// exact for near and for opposite points.
func Distance(p, q model.Location) float64 {
	lat1, lat2 := radians(p.Lat), radians(q.Lat)
	dLng := radians(q.Lng) - radians(p.Lng)
	a1 := math.Cos(lat2) * math.Sin(dLng)
	a2 := math.Cos(lat1)*math.Sin(lat2) - math.Sin(lat1)*math.Cos(lat2)*math.Cos(dLng)
	b := math.Sin(lat1)*math.Sin(lat2) + math.Cos(lat1)*math.Cos(lat2)*math.Cos(dLng)
	return radius * math.Atan2(math.Sqrt(a1*a1+a2*a2), b)
}

// Tolerance is what two distances may differ by, in metres, and still be the same. They are made of sines and cosines,
// and those of PostGIS differ from ours in the last digits.
const Tolerance = 1e-6

// Nearness is the distance in whole steps of the tolerance, for putting points in an order.
func Nearness(p, q model.Location) float64 { return math.Floor(Distance(p, q) / Tolerance) }

func radians(degrees float64) float64 { return degrees * math.Pi / 180 }

// A Box is an area between two parallels and two meridians. Its border belongs to it; it does not cross the
// antimeridian.
type Box struct{ Min, Max model.Location }

// Contains reports whether p lies in the box or on its border.
func (b Box) Contains(p model.Location) bool {
	return b.Min.Lat <= p.Lat && p.Lat <= b.Max.Lat && b.Min.Lng <= p.Lng && p.Lng <= b.Max.Lng
}

// A Polygon is an area in the plane of longitude and latitude. Its border belongs to it. The last corner is joined
// to the first.
type Polygon []model.Location

// Contains reports whether p lies in the polygon or on its border.
func (poly Polygon) Contains(p model.Location) bool {
	inside := false
	for i, a := range poly {
		b := poly[(i+1)%len(poly)]
		if onSegment(p, a, b) {
			return true
		}
		// Does the edge cross the ray from p to the east? Half open in latitude, so that a corner counts once.
		if (a.Lat > p.Lat) != (b.Lat > p.Lat) && p.Lng < a.Lng+(p.Lat-a.Lat)*(b.Lng-a.Lng)/(b.Lat-a.Lat) {
			inside = !inside
		}
	}
	return inside
}

func onSegment(p, a, b model.Location) bool {
	if (b.Lng-a.Lng)*(p.Lat-a.Lat) != (b.Lat-a.Lat)*(p.Lng-a.Lng) {
		return false
	}
	return math.Min(a.Lat, b.Lat) <= p.Lat && p.Lat <= math.Max(a.Lat, b.Lat) &&
		math.Min(a.Lng, b.Lng) <= p.Lng && p.Lng <= math.Max(a.Lng, b.Lng)
}

// WKT returns the polygon as PostGIS reads it: longitude first, and closed.
func (poly Polygon) WKT() string {
	var b strings.Builder
	b.WriteString("POLYGON((")
	for _, p := range append(poly[:len(poly):len(poly)], poly[0]) {
		if !strings.HasSuffix(b.String(), "(") {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatFloat(p.Lng, 'g', -1, 64))
		b.WriteByte(' ')
		b.WriteString(strconv.FormatFloat(p.Lat, 'g', -1, 64))
	}
	b.WriteString("))")
	return b.String()
}

// number is what a coordinate looks like.
var number = regexp.MustCompile(`^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$`)

// brackets are taken for blanks: [52.5,13.4], (52.5,13.4), 52.5,13.4 and [[52.5,13.4],[52.6,13.5]] are all in use.
var brackets = strings.NewReplacer("[", " ", "]", " ", "(", " ", ")", " ")

// ParsePoint reads a point: latitude, then longitude.
func ParsePoint(s string) (model.Location, error) {
	points, err := parsePoints(s)
	if err != nil {
		return model.Location{}, err
	}
	if len(points) != 1 {
		return model.Location{}, fmt.Errorf("want one point, got %d", len(points))
	}
	return points[0], nil
}

// ParseBox reads two opposite corners, in any order.
func ParseBox(s string) (Box, error) {
	points, err := parsePoints(s)
	if err != nil {
		return Box{}, err
	}
	if len(points) != 2 {
		return Box{}, fmt.Errorf("want two points, got %d", len(points))
	}
	p, q := points[0], points[1]
	return Box{
		Min: model.Location{Lat: min(p.Lat, q.Lat), Lng: min(p.Lng, q.Lng)},
		Max: model.Location{Lat: max(p.Lat, q.Lat), Lng: max(p.Lng, q.Lng)},
	}, nil
}

// ParsePolygon reads three or more corners; the first may be repeated at the end.
func ParsePolygon(s string) (Polygon, error) {
	points, err := parsePoints(s)
	if err != nil {
		return nil, err
	}
	if n := len(points); n > 1 && points[0] == points[n-1] {
		points = points[:n-1]
	}
	if len(points) < 3 {
		return nil, fmt.Errorf("want three points, got %d", len(points))
	}
	return points, nil
}

func parsePoints(s string) ([]model.Location, error) {
	fields := strings.Split(brackets.Replace(s), ",")
	if len(fields)%2 != 0 {
		return nil, fmt.Errorf("want pairs of numbers, got %d numbers", len(fields))
	}
	points := make([]model.Location, 0, len(fields)/2)
	for i := 0; i < len(fields); i += 2 {
		lat, err := parseDegrees(fields[i], 90)
		if err != nil {
			return nil, fmt.Errorf("latitude: %w", err)
		}
		lng, err := parseDegrees(fields[i+1], 180)
		if err != nil {
			return nil, fmt.Errorf("longitude: %w", err)
		}
		points = append(points, model.Location{Lat: lat, Lng: lng})
	}
	return points, nil
}

func parseDegrees(s string, limit float64) (float64, error) {
	s = strings.TrimSpace(s)
	if !number.MatchString(s) {
		return 0, fmt.Errorf("%q is not a number", s)
	}
	degrees, err := strconv.ParseFloat(s, 64)
	if err != nil || math.Abs(degrees) > limit {
		return 0, fmt.Errorf("%s is out of range", s)
	}
	return degrees, nil
}
