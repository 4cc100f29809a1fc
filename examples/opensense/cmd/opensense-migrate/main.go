// Opensense-migrate sets up the databases that the environment names, and fills them with made-up data if asked to:
//
//	OPENSENSE_POSTGRES_URL=… OPENSENSE_CASSANDRA_HOSTS=… opensense-migrate -sensors 500 -values 48
package main

import (
	"context"
	"flag"
	"log/slog"
	"os"

	"github.com/faaslint/faaslint/examples/opensense/config"
	"github.com/faaslint/faaslint/examples/opensense/migrate"
	"github.com/faaslint/faaslint/examples/opensense/seed"
)

func main() {
	sensors := flag.Int("sensors", 0, "how many sensors to make up")
	values := flag.Int("values", 0, "how many values of each sensor to make up")
	flag.Parse()
	if err := run(context.Background(), config.Load(), *sensors, *values); err != nil {
		slog.Error("opensense-migrate", "error", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, cfg config.Config, sensors, values int) error {
	if err := migrate.Postgres(ctx, cfg); err != nil {
		return err
	}
	if err := migrate.Cassandra(ctx, cfg); err != nil {
		return err
	}
	if sensors == 0 {
		return nil
	}
	made := seed.Sensors(sensors)
	if err := migrate.Users(ctx, cfg); err != nil {
		return err
	}
	if err := migrate.Sensors(ctx, cfg, made); err != nil {
		return err
	}
	return migrate.Values(ctx, cfg, made, values)
}
