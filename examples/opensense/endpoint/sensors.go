package endpoint

import (
	"net/http"

	"github.com/faaslint/faaslint/examples/opensense/auth"
	"github.com/faaslint/faaslint/examples/opensense/catalogue"
	"github.com/faaslint/faaslint/examples/opensense/model"
	"github.com/faaslint/faaslint/examples/opensense/store"
	"github.com/faaslint/faaslint/examples/opensense/validate"
)

// Sensors answers GET /sensors.
func Sensors(w http.ResponseWriter, r *http.Request, meta store.Metadata, cat *catalogue.Catalogue) {
	p := &params{Values: r.URL.Query()}
	f := p.filter(cat)
	f.NumNearest = p.int("numNearest")
	f.MinAccuracy = pointer(p, "minAccuracy", parseNatural)
	f.MaxAccuracy = pointer(p, "maxAccuracy", parseNatural)
	if p.err == nil && f.NumNearest > 0 && f.Ref == nil {
		p.err = badf("numNearest: want refPoint too")
	}
	if p.err != nil {
		Fail(w, r, p.err)
		return
	}
	sensors, err := meta.Sensors(r.Context(), f)
	finish(w, r, sensors, err)
}

// Sensor answers GET /sensors/{id}.
func Sensor(w http.ResponseWriter, r *http.Request, meta store.Metadata) {
	s, err := pathSensor(r, meta)
	finish(w, r, s, err)
}

func pathSensor(r *http.Request, meta store.Metadata) (model.Sensor, error) {
	id, err := pathID(r)
	if err != nil {
		return model.Sensor{}, err
	}
	return meta.Sensor(r.Context(), id)
}

// MySensors answers GET /sensors/mysensors.
func MySensors(w http.ResponseWriter, r *http.Request, meta store.Metadata) {
	sensors, err := mySensors(r, meta)
	finish(w, r, sensors, err)
}

// MySensorIDs answers GET /sensors/mysensorids.
func MySensorIDs(w http.ResponseWriter, r *http.Request, meta store.Metadata) {
	sensors, err := mySensors(r, meta)
	ids := make([]int, 0, len(sensors))
	for _, s := range sensors {
		ids = append(ids, s.ID)
	}
	finish(w, r, ids, err)
}

func mySensors(r *http.Request, meta store.Metadata) ([]model.Sensor, error) {
	user, err := auth.UserID(r.Context())
	if err != nil {
		return nil, err
	}
	return meta.Sensors(r.Context(), store.Filter{UserID: user})
}

// AddSensor answers POST /sensors/addSensor.
func AddSensor(w http.ResponseWriter, r *http.Request, meta store.Metadata, cat *catalogue.Catalogue) {
	s, err := readSensor(w, r, cat)
	if err == nil {
		s, err = meta.AddSensor(r.Context(), s)
	}
	finish(w, r, s, err)
}

func readSensor(w http.ResponseWriter, r *http.Request, cat *catalogue.Catalogue) (s model.Sensor, err error) {
	user, err := auth.UserID(r.Context())
	if err != nil {
		return s, err
	}
	if err := readJSON(w, r, &s); err != nil {
		return s, err
	}
	if err := validate.Sensor(s); err != nil {
		return s, badRequest{err}
	}
	if !cat.Fits(s.MeasurandID, s.UnitID, s.LicenseID) {
		return s, badf("no such measurand, unit and licence: %d, %d, %d", s.MeasurandID, s.UnitID, s.LicenseID)
	}
	s.ID, s.UserID = 0, user
	return s, nil
}

// DeleteSensor answers DELETE /sensors/{id}.
func DeleteSensor(w http.ResponseWriter, r *http.Request, st *store.Store) {
	finishText(w, r, deleteSensor(r, st))
}

func deleteSensor(r *http.Request, st *store.Store) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := owns(r, st.Meta, id); err != nil {
		return err
	}
	// The values first: those of a sensor that is gone could not be found again.
	if err := st.Values.DeleteValues(r.Context(), id); err != nil {
		return err
	}
	return st.Meta.DeleteSensor(r.Context(), id)
}

// owns returns ErrDenied when the sensor belongs to somebody else.
func owns(r *http.Request, meta store.Metadata, id int) error {
	user, err := auth.UserID(r.Context())
	if err != nil {
		return err
	}
	s, err := meta.Sensor(r.Context(), id)
	if err != nil {
		return err
	}
	if s.UserID != user {
		return auth.ErrDenied
	}
	return nil
}
