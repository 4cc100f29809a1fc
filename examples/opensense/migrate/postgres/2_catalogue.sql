-- What package catalogue has, for those who look at the sensors with SQL, and so that a sensor names nothing else. The
-- rows are written by each migration. Sensors that are there already are taken as they are.
CREATE TABLE measurands (
	id              int PRIMARY KEY,
	name            text UNIQUE NOT NULL,
	default_unit_id int NOT NULL
);

CREATE TABLE units (
	id           int PRIMARY KEY,
	name         text NOT NULL,
	measurand_id int NOT NULL REFERENCES measurands
);

CREATE TABLE licenses (
	id                    int PRIMARY KEY,
	short_name            text UNIQUE NOT NULL,
	full_name             text NOT NULL,
	version               float8 NOT NULL,
	reference_link        text NOT NULL,
	description           text NOT NULL,
	allows_redistribution bool NOT NULL,
	allows_derivatives    bool NOT NULL,
	requires_attribution  bool NOT NULL,
	requires_share_alike  bool NOT NULL,
	requires_keep_open    bool NOT NULL,
	requires_change_note  bool NOT NULL
);

ALTER TABLE sensors
	ADD FOREIGN KEY (measurand_id) REFERENCES measurands NOT VALID,
	ADD FOREIGN KEY (unit_id) REFERENCES units NOT VALID,
	ADD FOREIGN KEY (license_id) REFERENCES licenses NOT VALID;
