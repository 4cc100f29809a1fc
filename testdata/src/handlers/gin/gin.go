// Routes of gin: every handler of the chain.
package main

import (
	"regexp"

	"github.com/gin-gonic/gin"
)

func check(c *gin.Context) {
	regexp.MustCompile(`^Bearer `).MatchString(c.Request.Header.Get("Authorization")) // want `regular expression is .* on every request of check`
	c.Next()
}

func cart(c *gin.Context) {
	regexp.MustCompile(`^\d+$`).MatchString(c.Param("id")) // want `regular expression is .* on every request of cart`
	regexp.MustCompile(c.Query("filter")).MatchString(c.Param("id"))
}

func main() {
	router := gin.New()
	admin := router.Group("/admin")
	admin.GET("/carts/:id", check, cart)
	router.POST("/carts/:id", func(c *gin.Context) {
		regexp.MustCompile(`^[a-z]+$`).MatchString(c.Param("id")) // want `regular expression is .* on every request of`
	})
	_ = router.Run(":8080")
}
