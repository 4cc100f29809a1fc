package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/faaslint/faaslint/examples/opensense/config"
	"github.com/faaslint/faaslint/examples/opensense/geo"
	"github.com/faaslint/faaslint/examples/opensense/model"
)

// Postgres keeps sensors and users in PostGIS.
type Postgres struct {
	pool *pgxpool.Pool
}

// OpenPostgres connects to the database and makes sure that it answers.
func OpenPostgres(ctx context.Context, cfg config.Config) (*Postgres, error) {
	settings, err := pgxpool.ParseConfig(cfg.PostgresURL)
	if err != nil {
		return nil, fmt.Errorf("read postgres url: %w", err)
	}
	settings.MaxConns = 4
	settings.ConnConfig.ConnectTimeout = cfg.ConnectTimeout
	pool, err := pgxpool.NewWithConfig(ctx, settings)
	if err != nil {
		return nil, fmt.Errorf("open postgres: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("ping postgres: %w", err)
	}
	return &Postgres{pool}, nil
}

// Close closes the connections.
func (p *Postgres) Close() { p.pool.Close() }

const sensorColumns = `id, user_id, measurand_id, unit_id, license_id, ST_Y(location::geometry), ST_X(location::geometry),
	altitude_above_ground, direction_vertical, direction_horizontal, sensor_model, accuracy, attribution_text, attribution_url`

func scanSensor(row pgx.CollectableRow) (s model.Sensor, err error) {
	err = row.Scan(&s.ID, &s.UserID, &s.MeasurandID, &s.UnitID, &s.LicenseID, &s.Location.Lat, &s.Location.Lng,
		&s.AltitudeAboveGround, &s.DirectionVertical, &s.DirectionHorizontal, &s.SensorModel, &s.Accuracy,
		&s.AttributionText, &s.AttributionURL)
	return s, err
}

// Sensors implements Metadata.
func (p *Postgres) Sensors(ctx context.Context, f Filter) ([]model.Sensor, error) {
	query, args := f.sql()
	rows, err := p.pool.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("query sensors: %w", err)
	}
	sensors, err := pgx.CollectRows(rows, scanSensor)
	if err != nil {
		return nil, fmt.Errorf("query sensors: %w", err)
	}
	return sensors, nil
}

// A where collects conditions and their arguments.
type where struct {
	conditions []string
	args       []any
}

// arg returns the placeholder of an argument.
func (w *where) arg(v any) string {
	w.args = append(w.args, v)
	return fmt.Sprintf("$%d", len(w.args))
}

func (w *where) and(condition string, args ...any) {
	placeholders := make([]any, 0, len(args))
	for _, a := range args {
		placeholders = append(placeholders, w.arg(a))
	}
	w.conditions = append(w.conditions, fmt.Sprintf(condition, placeholders...))
}

// sql says to PostGIS what matches says to Memory.
func (f Filter) sql() (string, []any) {
	w := &where{conditions: []string{"true"}}
	if f.MeasurandID != 0 {
		w.and("measurand_id = %s", f.MeasurandID)
	}
	if f.UserID != 0 {
		w.and("user_id = %s", f.UserID)
	}
	if f.Licenses != nil {
		w.and("license_id = ANY(%s)", f.Licenses)
	}
	if f.MinAccuracy != nil {
		w.and("accuracy >= %s", *f.MinAccuracy)
	}
	if f.MaxAccuracy != nil {
		w.and("accuracy <= %s", *f.MaxAccuracy)
	}
	f.area(w)
	query := "SELECT " + sensorColumns + " FROM sensors WHERE " + strings.Join(w.conditions, " AND ")
	if f.NumNearest > 0 {
		query = fmt.Sprintf("%s ORDER BY floor(ST_DistanceSphere(location::geometry, ST_MakePoint(%s, %s)) / %s), id LIMIT %s",
			query, w.arg(f.Ref.Lng), w.arg(f.Ref.Lat), w.arg(geo.Tolerance), w.arg(f.NumNearest))
		query = "SELECT * FROM (" + query + ") nearest"
	}
	query += " ORDER BY id"
	if f.MaxSensors > 0 {
		query += " LIMIT " + w.arg(f.MaxSensors)
	}
	return query, w.args
}

func (f Filter) area(w *where) {
	if f.MaxDistance != nil {
		w.and("ST_DWithin(location, ST_SetSRID(ST_MakePoint(%s, %s), 4326)::geography, %s, false)", f.Ref.Lng, f.Ref.Lat, *f.MaxDistance+geo.Tolerance)
	}
	if f.Box != nil {
		// && finds candidates by index, but with coordinates rounded outwards to 32 bits.
		w.and("location::geometry && ST_MakeEnvelope(%[1]s, %[2]s, %[3]s, %[4]s, 4326)"+
			" AND ST_X(location::geometry) BETWEEN %[1]s AND %[3]s AND ST_Y(location::geometry) BETWEEN %[2]s AND %[4]s",
			f.Box.Min.Lng, f.Box.Min.Lat, f.Box.Max.Lng, f.Box.Max.Lat)
	}
	if f.Polygon != nil {
		w.and("ST_Covers(ST_GeomFromText(%s, 4326), location::geometry)", f.Polygon.WKT())
	}
}

// Sensor implements Metadata.
func (p *Postgres) Sensor(ctx context.Context, id int) (model.Sensor, error) {
	rows, err := p.pool.Query(ctx, "SELECT "+sensorColumns+" FROM sensors WHERE id = $1", id)
	if err != nil {
		return model.Sensor{}, fmt.Errorf("query sensor: %w", err)
	}
	s, err := pgx.CollectExactlyOneRow(rows, scanSensor)
	return s, notFound("query sensor", err)
}

// notFound names what failed, and turns pgx's error for no row into the store's.
func notFound(doing string, err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

// AddSensor implements Metadata.
func (p *Postgres) AddSensor(ctx context.Context, s model.Sensor) (model.Sensor, error) {
	err := p.pool.QueryRow(ctx, `INSERT INTO sensors (user_id, measurand_id, unit_id, license_id, location, altitude_above_ground,
		direction_vertical, direction_horizontal, sensor_model, accuracy, attribution_text, attribution_url)
		VALUES ($1, $2, $3, $4, ST_SetSRID(ST_MakePoint($5, $6), 4326)::geography, $7, $8, $9, $10, $11, $12, $13) RETURNING id`,
		s.UserID, s.MeasurandID, s.UnitID, s.LicenseID, s.Location.Lng, s.Location.Lat, float64(s.AltitudeAboveGround),
		s.DirectionVertical, s.DirectionHorizontal, s.SensorModel, s.Accuracy, s.AttributionText, s.AttributionURL).Scan(&s.ID)
	if err != nil {
		return model.Sensor{}, fmt.Errorf("add sensor: %w", err)
	}
	return s, nil
}

// DeleteSensor implements Metadata.
func (p *Postgres) DeleteSensor(ctx context.Context, id int) error {
	tag, err := p.pool.Exec(ctx, "DELETE FROM sensors WHERE id = $1", id)
	if err != nil {
		return fmt.Errorf("delete sensor: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return ErrNotFound
	}
	return nil
}

// User implements Metadata.
func (p *Postgres) User(ctx context.Context, id int) (model.User, error) {
	return p.user(ctx, "id = $1", id)
}

// UserNamed implements Metadata.
func (p *Postgres) UserNamed(ctx context.Context, name string) (model.User, error) {
	return p.user(ctx, "username = $1", name)
}

func (p *Postgres) user(ctx context.Context, condition string, arg any) (u model.User, err error) {
	err = p.pool.QueryRow(ctx, "SELECT id, username, coalesce(email, ''), password_hash FROM users WHERE "+condition, arg).
		Scan(&u.ID, &u.Username, &u.Email, &u.PasswordHash)
	return u, notFound("query user", err)
}
