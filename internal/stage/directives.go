package stage

// readDirectives notes the functions that a //faaslint: comment makes costly or a handler.
func (e *engine) readDirectives() {}
