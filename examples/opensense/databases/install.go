//go:build linux

package databases

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// cassandraVersion is that of the pom, and names its folder.
const cassandraVersion = "5.0.5"

//go:embed cassandra/pom.xml
var cassandraPOM []byte

// programs is where the programs of the servers are.
type programs struct {
	postgres string // the folder with initdb and pg_ctl
	java     string
	jars     string // the folder with those of Cassandra
}

// install finds the programs, and installs those that are missing.
func (d *Databases) install(ctx context.Context) (p programs, err error) {
	missing := []string{}
	if p.postgres = postgisFolder(); p.postgres == "" {
		missing = append(missing, "postgresql-postgis")
	}
	if p.java = findJava(ctx); p.java == "" {
		missing = append(missing, "openjdk-17-jre-headless")
	}
	p.jars = d.path("cassandra-"+cassandraVersion, "jars")
	_, noJars := os.Stat(p.jars)
	if _, err := exec.LookPath("mvn"); err != nil && noJars != nil {
		missing = append(missing, "maven")
	}
	if len(missing) > 0 {
		if err := d.installPackages(ctx, missing); err != nil {
			return p, err
		}
		if p.postgres, p.java = postgisFolder(), findJava(ctx); p.postgres == "" || p.java == "" {
			return p, fmt.Errorf("install %s: apt-get is content, but PostGIS (in %q) or a Java 17 (%q) is not there", strings.Join(missing, ", "), p.postgres, p.java)
		}
		if err := d.findAccount(); err != nil {
			return p, err
		}
	}
	if os.Geteuid() == 0 && d.account == nil {
		return p, errors.New("find an account for the servers: PostgreSQL does not run as root, and there is no user postgres: add one, or call this as another user")
	}
	if err := d.checkReach(ctx); err != nil {
		return p, err
	}
	if noJars != nil {
		if err := d.installJars(ctx, p.jars); err != nil {
			return p, err
		}
	}
	return p, nil
}

// installPackages installs packages of Debian, with what they need and nothing that is merely recommended.
func (d *Databases) installPackages(ctx context.Context, packages []string) error {
	list := strings.Join(packages, " ")
	if _, err := exec.LookPath("apt-get"); err != nil {
		return fmt.Errorf("install %s: this is no Debian (%w): get PostGIS, a Java 17 and Maven as your system has them, or use compose.yaml", list, err)
	}
	if os.Geteuid() != 0 {
		return fmt.Errorf("install %s: that takes root: run apt-get install --no-install-recommends %s, then this again", list, list)
	}
	d.say("installing %s with apt-get", list)
	args := append([]string{"install", "--yes", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"}, packages...)
	if err := d.logged(ctx, "apt.log", "apt-get", "update"); err != nil {
		return fmt.Errorf("install %s: %w", list, err)
	}
	if err := d.logged(ctx, "apt.log", "apt-get", args...); err != nil {
		return fmt.Errorf("install %s: %w", list, err)
	}
	return nil
}

// installJars gets Cassandra; the folder appears when all is there.
func (d *Databases) installJars(ctx context.Context, jars string) error {
	d.say("getting Apache Cassandra %s from Maven Central with mvn, about 70 MB, into %s", cassandraVersion, jars)
	partial := jars + ".partial"
	if err := errors.Join(os.RemoveAll(partial), os.MkdirAll(partial, 0o755)); err != nil {
		return fmt.Errorf("get cassandra: %w", err)
	}
	pom := filepath.Join(filepath.Dir(jars), "pom.xml")
	if err := os.WriteFile(pom, cassandraPOM, 0o644); err != nil {
		return fmt.Errorf("get cassandra: %w", err)
	}
	if err := d.logged(ctx, "mvn.log", "mvn", "--quiet", "--batch-mode", "--file", pom, "dependency:copy-dependencies", "-DoutputDirectory="+partial); err != nil {
		return fmt.Errorf("get cassandra from Maven Central: %w", err)
	}
	if err := os.Rename(partial, jars); err != nil {
		return fmt.Errorf("get cassandra: %w", err)
	}
	return nil
}

// logged runs a command as ourselves, and quotes the end of what it said if it fails.
func (d *Databases) logged(ctx context.Context, log, program string, args ...string) error {
	f, err := os.Create(d.path(log))
	if err != nil {
		return err
	}
	defer f.Close()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	cmd.Stdout, cmd.Stderr = f, f
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s %s: %w: %s", program, args[0], err, tail(f.Name()))
	}
	return nil
}

// postgisFolder returns the programs of the newest PostgreSQL that has PostGIS.
func postgisFolder() string {
	found, _ := filepath.Glob("/usr/share/postgresql/*/extension/postgis.control") // the pattern is good
	best, folder := 0, ""
	for _, control := range found {
		version := filepath.Base(filepath.Dir(filepath.Dir(control)))
		bin := filepath.Join("/usr/lib/postgresql", version, "bin")
		n, err := strconv.Atoi(version)
		if _, missing := os.Stat(filepath.Join(bin, "initdb")); err == nil && missing == nil && n > best {
			best, folder = n, bin
		}
	}
	return folder
}

var javaVersion = regexp.MustCompile(`version "(\d+)`)

// findJava returns a Java that this Cassandra runs with, which newer ones are not.
func findJava(ctx context.Context) string {
	candidates, _ := filepath.Glob("/usr/lib/jvm/*/bin/java") // the pattern is good
	candidates = slices.Insert(candidates, 0, "java")
	if home := os.Getenv("JAVA_HOME"); home != "" {
		candidates = slices.Insert(candidates, 0, filepath.Join(home, "bin", "java"))
	}
	for _, java := range candidates {
		out, err := exec.CommandContext(ctx, java, "-version").CombinedOutput()
		if err != nil {
			continue // not there
		}
		if m := javaVersion.FindSubmatch(out); m != nil && bytes.Equal(m[1], []byte("17")) {
			if path, err := exec.LookPath(java); err == nil {
				return path
			}
		}
	}
	return ""
}
