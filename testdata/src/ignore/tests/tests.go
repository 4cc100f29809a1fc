// Handlers that a test registers are no handlers.
package tests

func Path() string { return "/carts/1" }
