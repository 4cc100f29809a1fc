package endpoint

import (
	"math"
	"net/http"
	"time"

	"github.com/faaslint/faaslint/examples/opensense/auth"
	"github.com/faaslint/faaslint/examples/opensense/catalogue"
	"github.com/faaslint/faaslint/examples/opensense/model"
	"github.com/faaslint/faaslint/examples/opensense/series"
	"github.com/faaslint/faaslint/examples/opensense/store"
)

// maxValues is how many stored values may go into an answer.
const maxValues = 50_000

// SensorValues answers GET /sensors/{id}/values.
func SensorValues(w http.ResponseWriter, r *http.Request, st *store.Store) {
	p := &params{Values: r.URL.Query()}
	q := p.series()
	if p.err != nil {
		Fail(w, r, p.err)
		return
	}
	s, err := pathSensor(r, st.Meta)
	if err != nil {
		Fail(w, r, err)
		return
	}
	left := maxValues
	found, err := withValues(r, st.Values, s, q, &left)
	finish(w, r, found, err)
}

// withValues adds the values of a query to a sensor, and takes their number from what is left.
func withValues(r *http.Request, values store.Values, s model.Sensor, q series.Query, left *int) (model.SensorValues, error) {
	found, err := values.Range(r.Context(), s.ID, q.From, q.To, *left)
	if err != nil {
		return model.SensorValues{}, err
	}
	*left -= len(found)
	return model.SensorValues{Sensor: s, Values: q.Apply(found)}, nil
}

// Values answers GET /values: the sensors of an area with their values.
func Values(w http.ResponseWriter, r *http.Request, st *store.Store, cat *catalogue.Catalogue) {
	p := &params{Values: r.URL.Query()}
	f, q := p.filter(cat), p.series()
	if p.err != nil {
		Fail(w, r, p.err)
		return
	}
	sensors, err := st.Meta.Sensors(r.Context(), f)
	if err != nil {
		Fail(w, r, err)
		return
	}
	left := maxValues
	all := make([]model.SensorValues, 0, len(sensors))
	for _, s := range sensors {
		found, err := withValues(r, st.Values, s, q, &left)
		if err != nil {
			Fail(w, r, err)
			return
		}
		all = append(all, found)
	}
	finish(w, r, all, nil)
}

// FirstValue answers GET /sensors/{id}/values/first.
func FirstValue(w http.ResponseWriter, r *http.Request, st *store.Store) {
	s, err := withExtent(r, st)
	s.Values = s.Values[:min(1, len(s.Values))]
	finish(w, r, s, err)
}

// LastValue answers GET /sensors/{id}/values/last.
func LastValue(w http.ResponseWriter, r *http.Request, st *store.Store) {
	s, err := withExtent(r, st)
	s.Values = s.Values[min(1, len(s.Values)):]
	finish(w, r, s, err)
}

// FirstLastValue answers GET /sensors/{id}/values/firstlast: two values, the same if there is but one.
func FirstLastValue(w http.ResponseWriter, r *http.Request, st *store.Store) {
	s, err := withExtent(r, st)
	finish(w, r, s, err)
}

// withExtent adds the first and the last value to a sensor; there are two or none.
func withExtent(r *http.Request, st *store.Store) (model.SensorValues, error) {
	s, err := pathSensor(r, st.Meta)
	if err != nil {
		return model.SensorValues{}, err
	}
	values, err := st.Values.Extent(r.Context(), s.ID)
	return model.SensorValues{Sensor: s, Values: append([]model.Value{}, values...)}, err
}

// A message is a value as clients send it. Its fields are pointers, since all of them must be given.
type message struct {
	SensorID    *int       `json:"sensorId"`
	Timestamp   *time.Time `json:"timestamp"`
	NumberValue *float64   `json:"numberValue"`
}

func (m message) value() (model.Value, error) {
	if m.Timestamp == nil || m.NumberValue == nil {
		return model.Value{}, badf("a value wants timestamp and numberValue")
	}
	if year := m.Timestamp.Year(); year < 1 || year > 9999 {
		return model.Value{}, badf("timestamp: year %d is out of range", year)
	}
	if math.Abs(*m.NumberValue) > math.MaxFloat32 {
		return model.Value{}, badf("numberValue: %g is out of range", *m.NumberValue)
	}
	return model.NewValue(*m.Timestamp, *m.NumberValue), nil
}

// AddValue answers POST /sensors/addValue.
func AddValue(w http.ResponseWriter, r *http.Request, st *store.Store) {
	var m message
	if err := readJSON(w, r, &m); err != nil {
		Fail(w, r, deniedOr(r, err))
		return
	}
	finishText(w, r, addMessages(r, st, []message{m}))
}

// deniedOr returns the error, or for a request of nobody that he may not do this anyway.
func deniedOr(r *http.Request, err error) error {
	if _, denied := auth.UserID(r.Context()); denied != nil {
		return denied
	}
	return err
}

// AddMultipleValues answers POST /sensors/addMultipleValues. The values are those of one sensor, or each names its own.
func AddMultipleValues(w http.ResponseWriter, r *http.Request, st *store.Store) {
	var body struct {
		CollapsedMessages []message `json:"collapsedMessages"`
		SensorID          *int      `json:"sensorId"`
		Values            []message `json:"values"`
	}
	if err := readJSON(w, r, &body); err != nil {
		Fail(w, r, deniedOr(r, err))
		return
	}
	messages := body.CollapsedMessages
	for _, m := range body.Values {
		m.SensorID = body.SensorID
		messages = append(messages, m)
	}
	finishText(w, r, addMessages(r, st, messages))
}

// addMessages stores all of the values, or none if one of them is wrong.
func addMessages(r *http.Request, st *store.Store, messages []message) error {
	if _, err := auth.UserID(r.Context()); err != nil {
		return err
	}
	if len(messages) == 0 {
		return badf("no values")
	}
	ids, bySensor := []int{}, map[int][]model.Value{}
	for _, m := range messages {
		v, err := m.value()
		if err != nil {
			return err
		}
		if m.SensorID == nil {
			return badf("a value wants sensorId")
		}
		if _, known := bySensor[*m.SensorID]; !known {
			ids = append(ids, *m.SensorID)
		}
		bySensor[*m.SensorID] = append(bySensor[*m.SensorID], v)
	}
	for _, id := range ids {
		if err := owns(r, st.Meta, id); err != nil {
			return err
		}
	}
	for _, id := range ids {
		if err := st.Values.AddValues(r.Context(), id, bySensor[id]); err != nil {
			return err
		}
	}
	return nil
}
