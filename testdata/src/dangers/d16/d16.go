// An importer may call the exported setter at any time: no fix.
package d16

import (
	"database/sql"
	"net/http"

	"github.com/GoogleCloudPlatform/functions-framework-go/functions"
)

var dsn = "postgres://db/shop"

// SetDSN changes the database.
func SetDSN(s string) { dsn = s }

func H(w http.ResponseWriter, r *http.Request) {
	db, err := sql.Open("pgx", dsn) // want `database pool is .* on every request of H`
	if err != nil {
		return
	}
	defer db.Close()
	_, _ = db.Exec("DELETE FROM carts")
}

func init() { functions.HTTP("h", H) }
