package web

import "github.com/gin-gonic/gin"

func Routes(router *gin.Engine, first, login gin.HandlerFunc) {
	router.Use(first)
	router.GET("/login", login)
}
