// Package seed makes up sensors and values, the same ones each time, for trying out and testing.
package seed

import (
	"math"
	"time"

	"github.com/faaslint/faaslint/examples/opensense/model"
)

// Start is the time of the first value of each sensor.
var Start = time.Date(2019, time.November, 23, 0, 0, 0, 0, time.UTC)

// Users returns two users. Their passwords are sunshine and raincoat.
func Users() []model.User {
	return []model.User{
		{ID: 1, Username: "opensense", Email: "info@example.org", PasswordHash: "$2a$10$UieMe2EMU9.Z74VxWzCad.5scRvIefIo4ZvSk.lMvcs2l7w6b.6Ye"},
		{ID: 2, Username: "weather", Email: "weather@example.org", PasswordHash: "$2a$10$F2fEK1hu/paL9NjiEdmTfuyUIr7Te2Mfwm.d4WFPE.ozIHtDZRxyq"},
	}
}

// kinds are the measurands of the sensors in turn, each with its unit and what its values look like.
var kinds = []struct {
	measurand, unit int
	model           string
	mean, swing     float64
}{
	{1, 1, "thermometer T1", 8, 6},
	{3, 7, "hygrometer H2", 70, 20},
	{5, 8, "barometer B1", 1013, 9},
	{6, 10, "anemometer W3", 5, 4},
	{11, 20, "dust sensor D5", 21, 13},
}

// Sensors returns n sensors, with ids from 1.
func Sensors(n int) []model.Sensor {
	next := random(2019)
	sensors := make([]model.Sensor, 0, n)
	for i := range n {
		kind := kinds[i%len(kinds)]
		sensors = append(sensors, model.Sensor{
			ID:          i + 1,
			UserID:      1 + i%2,
			MeasurandID: kind.measurand,
			UnitID:      kind.unit,
			// About Germany, to 4 decimals: 10 metres.
			Location:            model.Location{Lat: round(47.3+7.7*next(), 4), Lng: round(5.9+9.1*next(), 4)},
			AltitudeAboveGround: model.Double(round(10*next(), 1)),
			DirectionHorizontal: math.Floor(360 * next()),
			SensorModel:         kind.model,
			Accuracy:            int(11 * next()),
			AttributionText:     "OpenSense demo data",
			AttributionURL:      "https://example.org/data",
			LicenseID:           1 + i%6,
		})
	}
	return sensors
}

// Values returns n hourly values of a sensor.
func Values(sensor model.Sensor, n int) []model.Value {
	kind := kinds[(sensor.ID-1)%len(kinds)]
	next := random(uint64(sensor.ID))
	values := make([]model.Value, 0, n)
	for i := range n {
		at := Start.Add(time.Duration(i)*time.Hour + time.Duration(sensor.ID%60)*time.Second)
		day := math.Sin(2 * math.Pi * float64(i) / 24)
		values = append(values, model.NewValue(at, round(kind.mean+kind.swing*(day+next()-0.5), 2)))
	}
	return values
}

// random returns a generator of numbers in [0,1) whose sequence will never change, unlike that of math/rand.
func random(seed uint64) func() float64 {
	state := seed
	return func() float64 {
		state += 0x9e3779b97f4a7c15 // SplitMix64
		z := state
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		z ^= z >> 31
		return float64(z>>11) / (1 << 53)
	}
}

func round(x float64, digits int) float64 {
	scale := math.Pow10(digits)
	return math.Round(x*scale) / scale
}
