// Routes of fiber, whose handlers have no type of their own.
package main

import (
	"regexp"

	"github.com/gofiber/fiber/v2"
)

func cart(c *fiber.Ctx) error {
	regexp.MustCompile(`^\d+$`).MatchString(c.Params("id")) // want `regular expression is .* on every request of cart`
	regexp.MustCompile(c.Query("filter")).MatchString(c.Params("id"))
	return c.SendStatus(200)
}

func main() {
	app := fiber.New(fiber.Config{AppName: "shop"})
	app.Get("/carts/:id", cart)
	_ = app.Listen(":8080")
}
