package series

import (
	"reflect"
	"testing"
	"time"

	"github.com/faaslint/faaslint/examples/opensense/model"
)

var start = time.Date(2019, 11, 23, 23, 30, 0, 0, time.UTC)

// numbers makes a value every half hour.
func numbers(ns ...float64) []model.Value {
	values := []model.Value{}
	for i, n := range ns {
		values = append(values, model.NewValue(start.Add(time.Duration(i)*30*time.Minute), n))
	}
	return values
}

func TestApply(t *testing.T) {
	two, four := 2.0, 4.0
	in := numbers(1, 2, 3, 4, 5) // 23:30 | 0:00 0:30 | 1:00 1:30
	tests := []struct {
		name string
		q    Query
		want []float64
		at   time.Duration // of the first, from start
	}{
		{"all", Query{}, []float64{1, 2, 3, 4, 5}, 0},
		{"limits are inclusive", Query{MinValue: &two, MaxValue: &four}, []float64{2, 3, 4}, 30 * time.Minute},
		{"avg of all", Query{Type: "avg"}, []float64{3}, 0},
		{"hourly min", Query{Type: "min", Every: time.Hour}, []float64{1, 2, 4}, -30 * time.Minute},
		{"hourly max", Query{Type: "max", Every: time.Hour}, []float64{1, 3, 5}, -30 * time.Minute},
		{"daily sum", Query{Type: "sum", Every: 24 * time.Hour}, []float64{1, 14}, -23*time.Hour - 30*time.Minute},
		{"count of filtered", Query{Type: "count", Every: time.Hour, MinValue: &two}, []float64{2, 2}, 30 * time.Minute},
	}
	for _, test := range tests {
		got := test.q.Apply(in)
		ns := []float64{}
		for _, v := range got {
			ns = append(ns, float64(v.NumberValue))
		}
		if !reflect.DeepEqual(ns, test.want) || !got[0].Timestamp.Equal(start.Add(test.at)) {
			t.Errorf("%s: got %v", test.name, got)
		}
	}
	if got := (Query{Type: "sum"}).Apply(nil); got == nil || len(got) != 0 {
		t.Errorf("nothing: got %v, want an empty list", got)
	}
	old := []model.Value{model.NewValue(time.Date(1969, 12, 31, 23, 59, 0, 0, time.UTC), 1)}
	if got := (Query{Type: "sum", Every: time.Hour}).Apply(old); got[0].Timestamp.String() != "1969-12-31T23:00:00.0Z" {
		t.Errorf("before 1970: got %v", got)
	}
}

func TestParseRange(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"60": time.Minute, "PT15M": 15 * time.Minute, "P1DT12H": 36 * time.Hour, "P2W": 14 * 24 * time.Hour, "PT1H1S": time.Hour + time.Second,
		"": 0, "0": 0, "-5": 0, "P": 0, "PT": 0, "P1Y": 0, "1h": 0, "P999999999W": 0, "99999999999": 0,
	} {
		if got, err := ParseRange(s); got != want || (err == nil) != (want > 0) {
			t.Errorf("ParseRange(%q) = %v, %v, want %v", s, got, err, want)
		}
	}
}

func TestParseType(t *testing.T) {
	for s, want := range map[string]string{"min": "min", "mean": "avg", "count": "count", "median": "", "": ""} {
		if got, err := ParseType(s); got != want || (err == nil) != (want != "") {
			t.Errorf("ParseType(%q) = %q, %v", s, got, err)
		}
	}
}
