package validate

import (
	"testing"

	"github.com/faaslint/faaslint/examples/opensense/model"
)

func TestSensor(t *testing.T) {
	good := model.Sensor{MeasurandID: 1, UnitID: 1, LicenseID: 1, Location: model.Location{Lat: 52, Lng: 13}}
	tests := []struct {
		name   string
		change func(*model.Sensor)
		want   string
	}{
		{"good", func(*model.Sensor) {}, ""},
		{"on the equator", func(s *model.Sensor) { s.Location = model.Location{} }, ""},
		{"address", func(s *model.Sensor) { s.AttributionURL = "ftp://ftp-cdc.dwd.de/pub/CDC/" }, ""},
		{"no measurand", func(s *model.Sensor) { s.MeasurandID = 0 }, "MeasurandID: want required"},
		{"north of north", func(s *model.Sensor) { s.Location.Lat = 91 }, "Lat: want max 90"},
		{"too accurate", func(s *model.Sensor) { s.Accuracy = 11 }, "Accuracy: want max 10"},
		{"NUL", func(s *model.Sensor) { s.SensorModel = "a\x00b" }, "SensorModel, AttributionText, AttributionURL: want no NUL, which PostgreSQL cannot store"},
		{"NUL in the address", func(s *model.Sensor) { s.AttributionURL = "https://example.org/\x00" }, "SensorModel, AttributionText, AttributionURL: want no NUL, which PostgreSQL cannot store"},
		{"script", func(s *model.Sensor) { s.AttributionURL = "javascript:alert(1)" }, "AttributionURL: want a web or ftp address"},
	}
	for _, test := range tests {
		s := good
		test.change(&s)
		got := ""
		if err := Sensor(s); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

func TestPatterns(t *testing.T) {
	for _, test := range []struct {
		is   func(string) bool
		s    string
		want bool
	}{
		{URL, "https://example.org:8080/a?b=c", true}, {URL, "HTTP://example.org", true}, {URL, "example.org", false}, {URL, "https://a b", false},
		{Username, "weather", true}, {Username, "a.b-c_9", true}, {Username, "9lives", false}, {Username, "me", false}, {Username, "a' or 1", false},
		{Token, "a.b.c", true}, {Token, "a.b", false}, {Token, "a.b.c\n", false}, {Token, "", false},
	} {
		if got := test.is(test.s); got != test.want {
			t.Errorf("%q: got %v", test.s, got)
		}
	}
}
