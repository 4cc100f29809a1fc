// Some constructors wait for nothing: the first use of their objects connects, and so it does without any help. Where start-up
// asks at once whether the server answers, it waits.
package later

import (
	"database/sql"
	"fmt"
	"log"
	"net/http"

	"github.com/GoogleCloudPlatform/functions-framework-go/functions"

	"lazy/later/db"
)

var (
	alone  *sql.DB
	asked  *sql.DB
	there  *sql.DB
	beyond *sql.DB
	aside  *sql.DB
	first  *sql.DB
)

func init() {
	var err error
	alone, err = sql.Open("pgx", "postgres://db/a")
	if err != nil {
		log.Fatal(err)
	}

	asked, err = sql.Open("pgx", "postgres://db/b") // want `database pool is opened when an instance starts, but of its handlers only use needs it, not skip; a cold start pays for a connection that nobody may use`
	if err != nil {
		log.Fatal(err)
	}
	if err = asked.Ping(); err != nil {
		log.Fatal(err)
	}

	there, err = db.Open("postgres://db/c")
	if err != nil {
		log.Fatal(err)
	}

	beyond, err = db.Connect("postgres://db/d") // want `database pool is opened when an instance starts .*, but of its handlers only use needs it, not skip; a cold start pays for a connection that nobody may use`
	if err != nil {
		log.Fatal(err)
	}

	aside, err = sql.Open("pgx", "postgres://db/e") // asked beside, while requests are served: silent
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		if err := aside.Ping(); err != nil {
			log.Print(err)
		}
	}()

	first, err = sql.Open("pgx", "postgres://db/f") // want `database pool is opened when an instance starts, but of its handlers only use needs it, not skip; a cold start pays for a connection that nobody may use`
	if err != nil {
		log.Fatal(err)
	}
	func() {
		if err := first.Ping(); err != nil {
			log.Print(err)
		}
	}()

	functions.HTTP("Use", use)
	functions.HTTP("Skip", skip)
}

func use(w http.ResponseWriter, r *http.Request) {
	for _, pool := range []*sql.DB{alone, asked, there, beyond, aside, first} {
		fmt.Fprintln(w, pool.Stats())
	}
}

func skip(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") }
