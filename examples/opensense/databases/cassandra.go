//go:build linux

package databases

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"text/template"
	"time"

	"github.com/faaslint/faaslint/examples/opensense/config"
	"github.com/faaslint/faaslint/examples/opensense/migrate"
)

var (
	//go:embed cassandra/cassandra.yaml.tmpl
	cassandraYAML string
	//go:embed cassandra/jvm.options
	jvmOptions string
	//go:embed cassandra/logback.xml
	logback []byte
)

// startCassandra starts the server and does not wait for it: see waitForCassandra.
func (d *Databases) startCassandra(p programs) error {
	if err := d.configureCassandra(); err != nil {
		return fmt.Errorf("configure cassandra: %w", err)
	}
	log, err := os.OpenFile(d.path("cassandra", "log"), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("start cassandra: %w", err)
	}
	defer log.Close()
	conf := d.path("cassandra", "conf")
	agent := filepath.Join(p.jars, "jolokia-agent-jvm-"+jolokiaVersion+"-javaagent.jar")
	// With its own context: it must outlive us.
	cmd := d.command(context.Background(), p.java, "@"+filepath.Join(conf, "jvm.options"),
		"-javaagent:"+agent+"=config="+filepath.Join(conf, "control.properties"),
		"-Dlogback.configurationFile="+filepath.Join(conf, "logback.xml"),
		"-Dcassandra.config=file://"+filepath.Join(conf, "cassandra.yaml"),
		"-Dcassandra.storagedir="+d.path("cassandra"), "-Dcassandra.logdir="+d.path("cassandra"),
		"-cp", conf+":"+filepath.Join(p.jars, "*"), "org.apache.cassandra.service.CassandraDaemon")
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start cassandra: %w", err)
	}
	d.state.Cassandra = findProcess(cmd.Process.Pid)
	go cmd.Wait() // when it ends, its process is gone for us too
	return d.save()
}

func (d *Databases) configureCassandra() error {
	yaml, err := template.New("cassandra.yaml").Parse(cassandraYAML)
	if err != nil {
		return err
	}
	var text strings.Builder
	if err := yaml.Execute(&text, struct {
		state
		Keystore string
	}{d.state, d.path("tls", "cassandra.pem")}); err != nil {
		return err
	}
	conf := func(name string) string { return d.path("cassandra", "conf", name) }
	return errors.Join(
		d.makeDir(d.path("cassandra")),
		d.makeDir(d.path("cassandra", "conf")),
		d.writeFile(conf("cassandra.yaml"), []byte(text.String())),
		d.writeFile(conf("jvm.options"), []byte(jvmOptions)),
		d.writeFile(conf("logback.xml"), logback),
		d.writeFile(conf("control.properties"), fmt.Appendf(nil, "host=127.0.0.1\nport=%d\nuser=%s\npassword=%s\ndiscoveryEnabled=false\n",
			d.state.CassandraControlPort, name, d.state.ControlPassword)))
}

// waitForCassandra returns when Cassandra answers and has the application's role and tables.
func (d *Databases) waitForCassandra(ctx context.Context) error {
	began, log := time.Now(), d.path("cassandra", "log")
	err := wait(ctx, 5*time.Minute, func(context.Context) (bool, error) {
		if !d.state.Cassandra.alive() {
			return false, errors.New("it has ended")
		}
		text, err := os.ReadFile(log)
		return strings.Contains(string(text), "Startup complete"), err
	})
	if ctx.Err() != nil {
		return fmt.Errorf("start cassandra: %w", ctx.Err())
	}
	if err != nil {
		return fmt.Errorf("start cassandra: %w: %s", err, tail(log))
	}
	if d.state.CassandraPasswords {
		if err := d.prepareRoles(ctx); err != nil {
			return err
		}
	}
	if err := migrate.Cassandra(ctx, d.adminConfig()); err != nil {
		return err
	}
	if d.state.CassandraPasswords {
		if err := d.asCassandraAdmin(ctx, d.state.CassandraAdminPassword, "GRANT ALL PERMISSIONS ON KEYSPACE "+name+" TO "+name); err != nil {
			return fmt.Errorf("let the application use its keyspace: %w", err)
		}
	}
	d.say("Cassandra answers on %s after %.1f s, process %d", loopback(d.state.CassandraPort), time.Since(began).Seconds(), d.state.Cassandra.PID)
	return nil
}

// prepareRoles gives Cassandra's administrator a password of our own, and creates the application's role. The
// administrator appears some time after the start, with a password that everyone knows.
func (d *Databases) prepareRoles(ctx context.Context) error {
	const known = "cassandra"
	var last error
	err := wait(ctx, time.Minute, func(ctx context.Context) (bool, error) {
		// Inv: a password is made of letters and digits. Statements like these take no parameters.
		role := "CREATE ROLE IF NOT EXISTS " + name + " WITH LOGIN = true AND PASSWORD = '" + d.state.CassandraPassword + "'"
		if last = d.asCassandraAdmin(ctx, d.state.CassandraAdminPassword, role); last == nil {
			return true, nil
		}
		d.asCassandraAdmin(ctx, known, "ALTER ROLE cassandra WITH PASSWORD = '"+d.state.CassandraAdminPassword+"'") // the next try tells
		return false, nil
	})
	if err != nil {
		return fmt.Errorf("prepare the roles of cassandra: %w: %w", err, last)
	}
	return nil
}

// adminConfig names Cassandra's administrator, if it has one.
func (d *Databases) adminConfig() config.Config {
	cfg := d.Config()
	if d.state.CassandraPasswords {
		cfg.CassandraUser, cfg.CassandraPassword = "cassandra", d.state.CassandraAdminPassword
	}
	return cfg
}

func (d *Databases) asCassandraAdmin(ctx context.Context, password, statement string) error {
	cfg := d.adminConfig()
	cfg.CassandraPassword = password
	session, err := migrate.Session(cfg, "")
	if err != nil {
		return err
	}
	defer session.Close()
	return session.Query(statement).WithContext(ctx).Exec()
}

// stopCassandra lets Cassandra write what it has in memory, and end.
func (d *Databases) stopCassandra(ctx context.Context) error {
	if !d.state.Cassandra.alive() {
		return nil
	}
	if err := d.state.Cassandra.end(ctx, syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop cassandra: %w", err)
	}
	d.say("Cassandra has stopped")
	return nil
}
