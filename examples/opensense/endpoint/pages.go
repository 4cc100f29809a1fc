package endpoint

import (
	"net/http"
	"time"

	"github.com/faaslint/faaslint/examples/opensense/catalogue"
	"github.com/faaslint/faaslint/examples/opensense/docs"
	"github.com/faaslint/faaslint/examples/opensense/store"
	"github.com/faaslint/faaslint/examples/opensense/web"
)

// Swagger answers GET /apidocs.json.
func Swagger(w http.ResponseWriter, r *http.Request, doc *docs.Document) {
	text, err := doc.JSON(r.Host)
	if err != nil {
		Fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(text)
}

// Docs answers GET /apidocs.
func Docs(w http.ResponseWriter, r *http.Request, doc *docs.Document, pages *web.Pages) {
	if err := pages.Docs(w, doc.Operations()); err != nil {
		Fail(w, r, err)
	}
}

// Home answers GET /.
func Home(w http.ResponseWriter, r *http.Request, meta store.Metadata, cat *catalogue.Catalogue, pages *web.Pages) {
	sensors, err := meta.Sensors(r.Context(), store.Filter{})
	if err != nil {
		Fail(w, r, err)
		return
	}
	page := web.Home{Measurands: cat.Measurands, Sensors: map[int]int{}}
	for _, s := range sensors {
		page.Sensors[s.MeasurandID]++
	}
	if err := pages.Home(w, page); err != nil {
		Fail(w, r, err)
	}
}

// SensorPage answers GET /view/{id}: a sensor with its values of a day, in a time zone that the client may choose.
func SensorPage(w http.ResponseWriter, r *http.Request, st *store.Store, cat *catalogue.Catalogue, pages *web.Pages, zone *time.Location) {
	page, err := sensorPage(r, st, cat)
	if err != nil {
		Fail(w, r, err)
		return
	}
	page.Zone = zone
	if name := r.URL.Query().Get("tz"); name != "" {
		if page.Zone, err = time.LoadLocation(name); err != nil {
			Fail(w, r, badf("tz: %w", err))
			return
		}
	}
	if err := pages.Sensor(w, page); err != nil {
		Fail(w, r, err)
	}
}

func sensorPage(r *http.Request, st *store.Store, cat *catalogue.Catalogue) (web.Sensor, error) {
	s, err := withExtent(r, st)
	if err != nil {
		return web.Sensor{}, err
	}
	page := web.Sensor{Sensor: s.Sensor}
	for _, m := range choose(cat.Measurands, func(m catalogue.Measurand) bool { return m.ID == s.MeasurandID }) {
		page.Measurand = m.Name
	}
	for _, u := range choose(cat.Units, func(u catalogue.Unit) bool { return u.ID == s.UnitID }) {
		page.Unit = u.Name
	}
	if len(s.Values) > 0 {
		to := s.Values[1].Timestamp.Time
		page.Values, err = st.Values.Range(r.Context(), s.ID, to.Add(-24*time.Hour), to, maxValues)
	}
	return page, err
}
