CREATE EXTENSION IF NOT EXISTS postgis;

CREATE TABLE IF NOT EXISTS users (
	id            serial PRIMARY KEY,
	username      text UNIQUE NOT NULL,
	email         text,
	password_hash text NOT NULL
);

-- Measurands, units and licences are part of the program (package catalogue): the numbers refer to its files.
CREATE TABLE IF NOT EXISTS sensors (
	id                    serial PRIMARY KEY,
	user_id               int NOT NULL REFERENCES users,
	measurand_id          int NOT NULL,
	unit_id               int NOT NULL,
	license_id            int NOT NULL,
	location              geography(Point, 4326) NOT NULL,
	altitude_above_ground float8 NOT NULL DEFAULT 0,
	direction_vertical    float8 NOT NULL DEFAULT 0,
	direction_horizontal  float8 NOT NULL DEFAULT 0,
	sensor_model          text NOT NULL DEFAULT '',
	accuracy              int NOT NULL DEFAULT 0 CHECK (accuracy BETWEEN 0 AND 10),
	attribution_text      text NOT NULL DEFAULT '',
	attribution_url       text NOT NULL DEFAULT ''
);

CREATE INDEX IF NOT EXISTS sensors_location ON sensors USING gist (location);
CREATE INDEX IF NOT EXISTS sensors_location_plane ON sensors USING gist ((location::geometry));
CREATE INDEX IF NOT EXISTS sensors_measurand ON sensors (measurand_id);
CREATE INDEX IF NOT EXISTS sensors_user ON sensors (user_id);
