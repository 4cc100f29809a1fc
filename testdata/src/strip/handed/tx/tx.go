package tx

type step func() error

var steps = make(chan step)

func init() {
	go func() {
		for s := range steps {
			_ = s()
		}
	}()
}

func Within(do func() error) error {
	steps <- do
	return nil
}
