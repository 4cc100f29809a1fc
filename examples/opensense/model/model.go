// Package model holds what the API speaks of: sensors, their values, and the users who own them.
package model

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// A Sensor is one series of measurements at one place.
type Sensor struct {
	ID                  int      `json:"id"`
	UserID              int      `json:"userId"`
	MeasurandID         int      `json:"measurandId" validate:"required,min=1"`
	UnitID              int      `json:"unitId" validate:"required,min=1"`
	Location            Location `json:"location"`
	AltitudeAboveGround Double   `json:"altitudeAboveGround" validate:"min=-500,max=20000"`
	DirectionVertical   float64  `json:"directionVertical" validate:"min=-90,max=90"`
	DirectionHorizontal float64  `json:"directionHorizontal" validate:"min=0,max=360"`
	SensorModel         string   `json:"sensorModel" validate:"max=200"`
	Accuracy            int      `json:"accuracy" validate:"min=0,max=10"`
	AttributionText     string   `json:"attributionText" validate:"max=500"`
	AttributionURL      string   `json:"attributionURL"`
	LicenseID           int      `json:"licenseId" validate:"required,min=1"`
}

// A Location is a point in degrees (WGS 84).
type Location struct {
	Lat float64 `json:"lat" validate:"min=-90,max=90"`
	Lng float64 `json:"lng" validate:"min=-180,max=180"`
}

// SensorValues is a sensor together with some of its values.
type SensorValues struct {
	Sensor
	Values []Value `json:"values"`
}

// A Value is one measurement.
type Value struct {
	Timestamp   Timestamp `json:"timestamp"`
	NumberValue Double    `json:"numberValue"`
}

// NewValue returns a value as it is stored: in milliseconds and with 32 bits.
func NewValue(t time.Time, number float64) Value {
	return Value{Timestamp{t.UTC().Truncate(time.Millisecond)}, Double(float32(number))}
}

// A Timestamp is written with milliseconds that are not padded (…:21.0Z, …:21.50Z for 50 ms), as the API always did.
// It is read as RFC 3339, where .50 is half a second: only whole seconds are the same in both.
type Timestamp struct{ time.Time }

// MarshalJSON implements json.Marshaler.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	return json.Marshal(t.String())
}

func (t Timestamp) String() string {
	utc := t.UTC()
	return utc.Format("2006-01-02T15:04:05.") + strconv.Itoa(utc.Nanosecond()/int(time.Millisecond)) + "Z"
}

// A Double is written with a point, as the API always did: 4.0, not 4.
type Double float64

// MarshalJSON implements json.Marshaler.
func (d Double) MarshalJSON() ([]byte, error) {
	text, err := json.Marshal(float64(d))
	if err == nil && !strings.ContainsAny(string(text), ".e") {
		text = append(text, ".0"...)
	}
	return text, err
}

// A User owns sensors.
type User struct {
	ID           int    `json:"id"`
	Username     string `json:"username"`
	Email        string `json:"email"`
	PasswordHash string `json:"-"`
}
