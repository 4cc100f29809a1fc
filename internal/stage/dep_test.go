package stage

import "testing"

func TestDepJoin(t *testing.T) {
	tests := []struct {
		name    string
		a, b, w Dep
	}{
		{"build is neutral", Dep{}, Dep{Init, 2, Remote}, Dep{Init, 2, Remote}},
		{"the later stage counts", Dep{Stage: Init}, Dep{Stage: Request}, Dep{Stage: Request}},
		{"parameters add up", param(0), param(5), Dep{Params: 1<<0 | 1<<5}},
		{"flags add up", Dep{Flags: Remote}, Dep{Flags: TestSet}, Dep{Flags: Remote | TestSet}},
		{"stage, parameters and flags are apart", Dep{Stage: Init, Flags: File}, param(1), Dep{Init, 2, File}},
	}
	for _, tt := range tests {
		if got := tt.a.join(tt.b); got != tt.w {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.w)
		}
		if got := tt.b.join(tt.a); got != tt.w {
			t.Errorf("%s, the other way round: %v, want %v", tt.name, got, tt.w)
		}
		if got := tt.w.join(tt.a); got != tt.w {
			t.Errorf("%s: joined again it changes to %v", tt.name, got)
		}
	}
}

func TestDepSubst(t *testing.T) {
	env, request := Dep{Stage: Init}, Dep{Stage: Request}
	tests := []struct {
		name string
		dep  Dep
		args []Dep
		want Dep
	}{
		{"no parameters, no change", Dep{Init, 0, Remote}, []Dep{request}, Dep{Init, 0, Remote}},
		{"a constant argument", param(0), []Dep{{}}, Dep{}},
		{"an argument that is not used", param(1), []Dep{request, env}, env},
		{"both", Dep{Params: 3}, []Dep{env, request}, request},
		{"the caller's own parameter", param(1), []Dep{{}, param(7)}, param(7)},
		{"flags come along", param(0), []Dep{{Flags: Expires}}, Dep{Flags: Expires}},
		{"own flags stay", Dep{Init, 1, TestSet}, []Dep{{}}, Dep{Init, 0, TestSet}},
		{"an argument is missing", param(2), []Dep{{}, {}}, unknown},
		{"no arguments", param(0), nil, unknown},
		{"the last parameter of all", param(63), make([]Dep, 64), Dep{}},
	}
	for _, tt := range tests {
		if got := tt.dep.subst(tt.args); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// A summary has 64 bits for parameters. Those after the 64th must not wrap round to the first ones.
func TestManyParams(t *testing.T) {
	if got, want := param(63), (Dep{Params: 1 << 63}); got != want {
		t.Errorf("param(63) = %v, want %v", got, want)
	}
	for _, i := range []int{64, 65, 128, 1000} {
		if got := param(i); got != unknown {
			t.Errorf("param(%d) = %v, want unknown", i, got)
		}
		if got := livesParam(i); got != (Lives{}) {
			t.Errorf("livesParam(%d) = %v, want the life of a call", i, got)
		}
	}
}

func TestDepKnown(t *testing.T) {
	for _, tt := range []struct {
		dep  Dep
		want bool
	}{
		{Dep{}, true},
		{Dep{Stage: Init}, true},
		{Dep{Stage: Init, Flags: Remote | Expires}, true}, // a reason against a fix, not against a report
		{Dep{Stage: Request}, false},
		{param(0), false},
		{unknown, false},
	} {
		if got := tt.dep.known(); got != tt.want {
			t.Errorf("%v known: %v", tt.dep, got)
		}
	}
}

func TestDepAt(t *testing.T) {
	if got := param(1).at(Init); got != (Dep{Stage: Init, Params: 2}) {
		t.Errorf("at(Init) of a parameter: %v", got)
	}
	if got := unknown.at(Init); got != unknown {
		t.Errorf("at must not make anything known earlier: %v", got)
	}
}

func TestLivesMeet(t *testing.T) {
	recv, other := livesParam(0), livesParam(1)
	tests := []struct {
		name    string
		a, b, w Lives
	}{
		{"the instance is neutral", long, recv, recv},
		{"a call wins over all", Lives{}, long, Lives{}},
		{"a call wins over a parameter", Lives{}, recv, Lives{}},
		{"both parameters are needed", recv, other, Lives{Instance: true, Params: 3}},
		{"parameters of a call do not count", Lives{Params: 3}, long, Lives{}},
	}
	for _, tt := range tests {
		if got := tt.a.meet(tt.b); got != tt.w {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.w)
		}
		if got := tt.b.meet(tt.a); got != tt.w {
			t.Errorf("%s, the other way round: %v, want %v", tt.name, got, tt.w)
		}
	}
}

func TestLivesSubst(t *testing.T) {
	tests := []struct {
		name  string
		lives Lives
		args  []Lives
		want  Lives
	}{
		{"the instance stays", long, nil, long},
		{"a call stays", Lives{}, []Lives{long}, Lives{}},
		{"in a long-lived object", livesParam(0), []Lives{long}, long},
		{"in an object of the call", livesParam(0), []Lives{{}}, Lives{}},
		{"in the caller's receiver", livesParam(1), []Lives{{}, livesParam(0)}, livesParam(0)},
		{"in the shorter of two", Lives{Instance: true, Params: 3}, []Lives{long, {}}, Lives{}},
		{"in one of two", Lives{Instance: true, Params: 3, Any: true}, []Lives{{}, long}, long},
		{"in one of two that are the call's", Lives{Instance: true, Params: 3, Any: true}, []Lives{{}, {}}, Lives{}},
		{"an argument is missing", livesParam(1), []Lives{long}, Lives{}},
	}
	for _, tt := range tests {
		if got := tt.lives.subst(tt.args); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
	if livesParam(0).forever() || !long.forever() || (Lives{}).forever() {
		t.Error("forever is for what the instance keeps whatever the caller passes")
	}
}
