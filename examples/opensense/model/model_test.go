package model

import (
	"encoding/json"
	"testing"
	"time"
)

func TestValueJSON(t *testing.T) {
	at := time.Date(2019, 11, 23, 1, 5, 21, 0, time.UTC)
	tests := []struct {
		value Value
		want  string
	}{
		{NewValue(at, 4), `{"timestamp":"2019-11-23T01:05:21.0Z","numberValue":4.0}`},
		{NewValue(at, 3.14), `{"timestamp":"2019-11-23T01:05:21.0Z","numberValue":3.140000104904175}`},
		{NewValue(at.Add(5*time.Millisecond), -0.5), `{"timestamp":"2019-11-23T01:05:21.5Z","numberValue":-0.5}`},
		{NewValue(at.Add(50*time.Millisecond+7), 1e30), `{"timestamp":"2019-11-23T01:05:21.50Z","numberValue":1.0000000150474662e+30}`},
		{NewValue(at.In(time.FixedZone("", 3600)), 0), `{"timestamp":"2019-11-23T01:05:21.0Z","numberValue":0.0}`},
	}
	for _, test := range tests {
		got, err := json.Marshal(test.value)
		if err != nil || string(got) != test.want {
			t.Errorf("got %s, %v, want %s", got, err, test.want)
		}
	}
}

func TestTimestampReadAsRFC3339(t *testing.T) {
	var ts Timestamp
	if err := json.Unmarshal([]byte(`"2019-11-23T01:05:21.5Z"`), &ts); err != nil || ts.Nanosecond() != 5e8 {
		t.Errorf("got %v, %v", ts, err)
	}
}
