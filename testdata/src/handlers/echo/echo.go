// Routes of echo.
package main

import (
	"net/http"
	"regexp"

	"github.com/labstack/echo/v4"
)

func cart(c echo.Context) error {
	regexp.MustCompile(`^\d+$`).MatchString(c.Param("id")) // want `regular expression is .* on every request of cart`
	return c.NoContent(http.StatusOK)
}

func filtered(c echo.Context) error {
	regexp.MustCompile(c.QueryParam("filter")).MatchString(c.Param("id"))
	return c.NoContent(http.StatusOK)
}

func main() {
	e := echo.New()
	e.GET("/carts/:id", cart)
	e.Group("/v2").GET("/carts/:id", filtered)
	_ = e.Start(":8080")
}
