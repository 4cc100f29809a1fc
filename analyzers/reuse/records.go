package reuse

// A Record is what one package knows about repairing a helper that other packages call. Records are the messages, in
// JSON, of the diagnostics of the analyzer Records, which runs only for our own command line (flag -records); their
// suggested fixes are the edits. See DESIGN.md, offers and consents.
type Record struct {
	Kind  string `json:"kind"`            // one of the constants below
	Offer string `json:"offer"`           // the offer that the record is about: FullName of the helper + "#" + base file name + ":" + line of the constructor call
	In    string `json:"in,omitempty"`    // FullName of the function in which the record stands
	To    string `json:"to,omitempty"`    // forwards: the offer under which In passes the object on to its own callers
	Form  string `json:"form,omitempty"`  // pays: "mutex" or "shared", the guard that the handler's platform needs
	Local bool   `json:"local,omitempty"` // offer: the object does not leave the helper, so no caller need consent
	Code  string `json:"code,omitempty"`  // refusal: stable code
	Why   string `json:"why,omitempty"`   // refusal: a clause for people
}

const (
	Pays     = "pays"     // a handler pays for the offer on every request; stands at the reported expression
	Offers   = "offer"    // the helper could keep the object: suggested fixes with the messages "mutex" and "shared"
	Consents = "consent"  // this call may share the object; its suggested fix, if any, drops the Close
	Refuses  = "refusal"  // this call (or other mention) must not share the object
	Forwards = "forwards" // this call's function hands the object on to its own callers: they are asked under To
)
