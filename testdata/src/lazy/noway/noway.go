// Ways that nobody chose are none: what is missing, empty, known already or not valid has no say in what a function needs. A way
// that is chosen, by the kind of an event or by a setting, is one, unless it is for failures, probes or rehearsals.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"cloud.google.com/go/firestore"
	"github.com/aws/aws-lambda-go/lambda"
)

type settings struct{ DryRun, Draft bool }

var (
	every, absent, other, empty, few, cached, looked, dry, draft, remembered, lapsed, fixed, sought, named, kinds, most, marked, repeated, sent, proper, tall, blank, counted, large, ranked, sized, typed, prefixed, alike, asked, told, streamed, posted, patched, verified, quoted *firestore.Client

	tokens = map[string]string{}
	known  = map[string]string{"a": "b"}
	marks  = map[string]bool{}
	now    settings
	inbox  = make(chan any, 1)

	token   string
	name    string
	stamp   string
	expires time.Time
	motto   = os.Getenv("MOTTO")
)

func main() {
	ctx := context.Background()
	var err error
	every, err = firestore.NewClient(ctx, "every")
	if err != nil {
		log.Fatal(err)
	}
	absent, err = firestore.NewClient(ctx, "absent") // without it a document is missing: silent
	if err != nil {
		log.Fatal(err)
	}
	other, err = firestore.NewClient(ctx, "other") // nobody chose to do without: silent
	if err != nil {
		log.Fatal(err)
	}
	empty, err = firestore.NewClient(ctx, "empty") // without it there is nobody to write to: silent
	if err != nil {
		log.Fatal(err)
	}
	few, err = firestore.NewClient(ctx, "few") // nobody chose to do without: silent
	if err != nil {
		log.Fatal(err)
	}
	cached, err = firestore.NewClient(ctx, "cached") // without it an earlier request has left the answer: silent
	if err != nil {
		log.Fatal(err)
	}
	looked, err = firestore.NewClient(ctx, "looked") // nobody chose to do without: silent
	if err != nil {
		log.Fatal(err)
	}
	dry, err = firestore.NewClient(ctx, "dry") // a setting says that nothing is done: silent
	if err != nil {
		log.Fatal(err)
	}
	draft, err = firestore.NewClient(ctx, "draft") // want `Firestore client is opened when an instance starts, but handle can do without on some of its paths`
	if err != nil {
		log.Fatal(err)
	}
	remembered, err = firestore.NewClient(ctx, "remembered") // without it an earlier request has left the token: silent
	if err != nil {
		log.Fatal(err)
	}
	lapsed, err = firestore.NewClient(ctx, "lapsed") // without it an earlier request has left what still holds: silent
	if err != nil {
		log.Fatal(err)
	}
	fixed, err = firestore.NewClient(ctx, "fixed") // nobody chose to do without: silent
	if err != nil {
		log.Fatal(err)
	}
	sought, err = firestore.NewClient(ctx, "sought") // without it there is too little to look for: silent
	if err != nil {
		log.Fatal(err)
	}
	named, err = firestore.NewClient(ctx, "named") // want `Firestore client is opened when an instance starts, but handle can do without on some of its paths`
	if err != nil {
		log.Fatal(err)
	}
	kinds, err = firestore.NewClient(ctx, "kinds") // without it there is an event of no known kind: silent
	if err != nil {
		log.Fatal(err)
	}
	most, err = firestore.NewClient(ctx, "most") // want `Firestore client is opened when an instance starts, but handle can do without on some of its paths`
	if err != nil {
		log.Fatal(err)
	}
	marked, err = firestore.NewClient(ctx, "marked") // nobody chose to do without: silent
	if err != nil {
		log.Fatal(err)
	}
	repeated, err = firestore.NewClient(ctx, "repeated") // without it all is done: silent
	if err != nil {
		log.Fatal(err)
	}
	sent, err = firestore.NewClient(ctx, "sent") // nobody chose to do without: silent
	if err != nil {
		log.Fatal(err)
	}
	proper, err = firestore.NewClient(ctx, "proper") // without it a name is not valid: silent
	if err != nil {
		log.Fatal(err)
	}
	tall, err = firestore.NewClient(ctx, "tall") // nobody chose to do without: silent
	if err != nil {
		log.Fatal(err)
	}
	blank, err = firestore.NewClient(ctx, "blank") // without it a name is missing: silent
	if err != nil {
		log.Fatal(err)
	}
	counted, err = firestore.NewClient(ctx, "counted") // without it there is nothing to count: silent
	if err != nil {
		log.Fatal(err)
	}
	large, err = firestore.NewClient(ctx, "large") // nobody chose to do without: silent
	if err != nil {
		log.Fatal(err)
	}
	ranked, err = firestore.NewClient(ctx, "ranked") // want `Firestore client is opened when an instance starts, but handle can do without on some of its paths`
	if err != nil {
		log.Fatal(err)
	}
	sized, err = firestore.NewClient(ctx, "sized") // a number names nothing: silent
	if err != nil {
		log.Fatal(err)
	}
	typed, err = firestore.NewClient(ctx, "typed") // want `Firestore client is opened when an instance starts, but handle can do without on some of its paths`
	if err != nil {
		log.Fatal(err)
	}
	prefixed, err = firestore.NewClient(ctx, "prefixed") // want `Firestore client is opened when an instance starts, but handle can do without on some of its paths`
	if err != nil {
		log.Fatal(err)
	}
	alike, err = firestore.NewClient(ctx, "alike") // a variable names nothing: silent
	if err != nil {
		log.Fatal(err)
	}
	asked, err = firestore.NewClient(ctx, "asked") // only a probe does without: silent
	if err != nil {
		log.Fatal(err)
	}
	told, err = firestore.NewClient(ctx, "told") // want `Firestore client is opened when an instance starts, but handle can do without on some of its paths`
	if err != nil {
		log.Fatal(err)
	}
	streamed, err = firestore.NewClient(ctx, "streamed") // what the other side sends is not what a request asks for: silent
	if err != nil {
		log.Fatal(err)
	}
	posted, err = firestore.NewClient(ctx, "posted") // a browser asks without before it posts: silent
	if err != nil {
		log.Fatal(err)
	}
	patched, err = firestore.NewClient(ctx, "patched") // want `Firestore client is opened when an instance starts, but handle can do without on some of its paths`
	if err != nil {
		log.Fatal(err)
	}
	verified, err = firestore.NewClient(ctx, "verified") // only who verifies the address does without: silent
	if err != nil {
		log.Fatal(err)
	}
	quoted, err = firestore.NewClient(ctx, "quoted") // want `Firestore client is opened when an instance starts, but handle can do without on some of its paths`
	if err != nil {
		log.Fatal(err)
	}
	now = settings{DryRun: strings.HasPrefix(known["a"], "dry"), Draft: strings.HasPrefix(known["a"], "draft")}
	lambda.Start(handle)
}

type rank int

const high rank = 2

type event struct {
	ID   string
	List []string
	Size int
	Rank rank
	Body any
	Rest map[string]any
}

func handle(ctx context.Context, e event) error {
	if err := missing(ctx, e); err != nil {
		return err
	}
	if err := different(ctx, e); err != nil {
		return err
	}
	if err := write(ctx, e); err != nil {
		return err
	}
	if err := writeFew(ctx, e); err != nil {
		return err
	}
	if err := cache(ctx, e); err != nil {
		return err
	}
	if err := table(ctx, e); err != nil {
		return err
	}
	if err := rehearse(ctx, e); err != nil {
		return err
	}
	if err := sketch(ctx, e); err != nil {
		return err
	}
	if _, err := remember(ctx, e); err != nil {
		return err
	}
	if err := renew(ctx, e); err != nil {
		return err
	}
	if err := settle(ctx, e); err != nil {
		return err
	}
	if err := seek(ctx, e); err != nil {
		return err
	}
	if err := call(ctx, e); err != nil {
		return err
	}
	if err := sort(ctx, e); err != nil {
		return err
	}
	if err := sift(ctx, e); err != nil {
		return err
	}
	if err := repeat(ctx, e); err != nil {
		return err
	}
	if err := send(ctx, e); err != nil {
		return err
	}
	if err := prove(ctx, e); err != nil {
		return err
	}
	if err := measure(ctx, e); err != nil {
		return err
	}
	if err := fill(ctx, e); err != nil {
		return err
	}
	if err := count(ctx, e); err != nil {
		return err
	}
	if err := split(ctx, e); err != nil {
		return err
	}
	if err := order(ctx, e); err != nil {
		return err
	}
	if err := weigh(ctx, e); err != nil {
		return err
	}
	if err := decode(ctx, e); err != nil {
		return err
	}
	if err := begin(ctx, e); err != nil {
		return err
	}
	if err := compare(ctx, e); err != nil {
		return err
	}
	if err := ask(ctx, e); err != nil {
		return err
	}
	if err := tell(ctx, e); err != nil {
		return err
	}
	if err := stream(ctx, e); err != nil {
		return err
	}
	if err := post(ctx, e); err != nil {
		return err
	}
	if err := patch(ctx, e); err != nil {
		return err
	}
	if err := verify(ctx, e); err != nil {
		return err
	}
	if err := quote(ctx, e); err != nil {
		return err
	}
	return mark(ctx, e)
}

func verify(ctx context.Context, e event) error {
	if text, ok := e.Rest["challenge"].(string); ok {
		fmt.Println(text)
		_, err := every.Doc(text).Get(ctx)
		return err
	}
	_, err := verified.Doc(e.ID).Get(ctx)
	return err
}

func quote(ctx context.Context, e event) error {
	if text, ok := e.Rest["quote"].(string); ok {
		fmt.Println(text)
		_, err := every.Doc(text).Get(ctx)
		return err
	}
	_, err := quoted.Doc(e.ID).Get(ctx)
	return err
}

func stream(ctx context.Context, e event) error {
	part := <-inbox
	if text, ok := part.(string); ok {
		if _, err := streamed.Doc(text).Get(ctx); err != nil {
			return err
		}
	}
	_, err := every.Doc(e.ID).Get(ctx)
	return err
}

func post(ctx context.Context, e event) error {
	switch e.ID {
	case "POST":
		_, err := posted.Doc(e.ID).Get(ctx)
		return err
	case "OPTIONS":
		_, err := every.Doc(e.ID).Get(ctx)
		return err
	}
	return fmt.Errorf("%s is no method", e.ID)
}

func patch(ctx context.Context, e event) error {
	switch e.ID {
	case "POST":
		_, err := patched.Doc(e.ID).Get(ctx)
		return err
	case "PATCH":
		_, err := every.Doc(e.ID).Get(ctx)
		return err
	}
	return fmt.Errorf("%s is no method", e.ID)
}

func ask(ctx context.Context, e event) error {
	if e.ID == "up" {
		return handlePing(ctx, e)
	}
	_, err := asked.Doc(e.ID).Get(ctx)
	return err
}

func tell(ctx context.Context, e event) error {
	if e.ID == "up" {
		return handleNews(ctx, e)
	}
	_, err := told.Doc(e.ID).Get(ctx)
	return err
}

func handlePing(ctx context.Context, e event) error {
	_, err := every.Doc(e.ID).Get(ctx)
	return err
}

func handleNews(ctx context.Context, e event) error {
	_, err := every.Doc(e.ID).Get(ctx)
	return err
}

func order(ctx context.Context, e event) error {
	if e.Rank == high {
		if _, err := ranked.Doc(e.ID).Get(ctx); err != nil {
			return err
		}
	}
	_, err := every.Doc(e.ID).Get(ctx)
	return err
}

func weigh(ctx context.Context, e event) error {
	if e.Size == 2 {
		if _, err := sized.Doc(e.ID).Get(ctx); err != nil {
			return err
		}
	}
	_, err := every.Doc(e.ID).Get(ctx)
	return err
}

func decode(ctx context.Context, e event) error {
	if text, ok := e.Body.(string); ok {
		if _, err := typed.Doc(text).Get(ctx); err != nil {
			return err
		}
	}
	_, err := every.Doc(e.ID).Get(ctx)
	return err
}

func begin(ctx context.Context, e event) error {
	if strings.HasPrefix(e.ID, "draft-") {
		if _, err := prefixed.Doc(e.ID).Get(ctx); err != nil {
			return err
		}
	}
	_, err := every.Doc(e.ID).Get(ctx)
	return err
}

func compare(ctx context.Context, e event) error {
	if strings.HasPrefix(e.ID, name) {
		if _, err := alike.Doc(e.ID).Get(ctx); err != nil {
			return err
		}
	}
	_, err := every.Doc(e.ID).Get(ctx)
	return err
}

func count(ctx context.Context, e event) error {
	if _, err := every.Doc(e.ID).Get(ctx); err != nil {
		return err
	}
	if e.Size > 0 {
		if _, err := counted.Doc(e.ID).Get(ctx); err != nil {
			return err
		}
	}
	return nil
}

func split(ctx context.Context, e event) error {
	if _, err := every.Doc(e.ID).Get(ctx); err != nil {
		return err
	}
	if e.Size > 10 {
		if _, err := large.Doc(e.ID).Get(ctx); err != nil {
			return err
		}
	}
	return nil
}

func isValidName(name string) bool { return strings.ToLower(name) == name }

func isTallName(name string) bool { return strings.ToUpper(name) == name }

func prove(ctx context.Context, e event) error {
	doc, err := every.Doc(e.ID).Get(ctx)
	if err != nil {
		return err
	}
	if !isValidName(doc.Ref.ID) {
		return nil
	}
	_, err = proper.Doc(e.ID).Get(ctx)
	return err
}

func measure(ctx context.Context, e event) error {
	doc, err := every.Doc(e.ID).Get(ctx)
	if err != nil {
		return err
	}
	if !isTallName(doc.Ref.ID) {
		return nil
	}
	_, err = tall.Doc(e.ID).Get(ctx)
	return err
}

func fill(ctx context.Context, e event) error {
	doc, err := every.Doc(e.ID).Get(ctx)
	if err != nil {
		return err
	}
	if doc.Ref.ID == "" {
		log.Printf("%v has no id", e)
		return nil
	}
	_, err = blank.Doc(e.ID).Get(ctx)
	return err
}

func repeat(ctx context.Context, e event) error {
	doc, err := every.Doc(e.ID).Get(ctx)
	if err != nil {
		return err
	}
	if doc.Ref.ID == e.ID {
		log.Printf("%s has already been sent", e.ID)
		return nil
	}
	_, err = repeated.Doc(e.ID).Get(ctx)
	return err
}

func send(ctx context.Context, e event) error {
	doc, err := every.Doc(e.ID).Get(ctx)
	if err != nil {
		return err
	}
	if doc.Ref.ID == e.ID {
		log.Printf("%s has been sent in another way", e.ID)
		return nil
	}
	_, err = sent.Doc(e.ID).Get(ctx)
	return err
}

// mark asks what the table says, and not whether it says anything.
func mark(ctx context.Context, e event) error {
	if _, err := every.Doc(e.ID).Get(ctx); err != nil {
		return err
	}
	small, ok := marks[e.ID]
	if !ok {
		marks[e.ID] = len(e.List) < 2
	}
	if small {
		return nil
	}
	_, err := marked.Doc(e.ID).Get(ctx)
	return err
}

func sort(ctx context.Context, e event) error {
	if _, err := every.Doc(e.ID).Get(ctx); err != nil {
		return err
	}
	switch e.ID {
	case "add", "remove":
		_, err := kinds.Doc(e.ID).Get(ctx)
		return err
	}
	return nil
}

// sift has a known kind that goes without.
func sift(ctx context.Context, e event) error {
	if _, err := every.Doc(e.ID).Get(ctx); err != nil {
		return err
	}
	switch e.ID {
	case "add":
		_, err := most.Doc(e.ID).Get(ctx)
		return err
	case "ping":
		fmt.Println("ping")
	}
	return nil
}

func seek(ctx context.Context, e event) error {
	if _, err := every.Doc(e.ID).Get(ctx); err != nil {
		return err
	}
	if len(e.ID) < 3 {
		return nil
	}
	_, err := sought.Doc(e.ID).Get(ctx)
	return err
}

func call(ctx context.Context, e event) error {
	if _, err := every.Doc(e.ID).Get(ctx); err != nil {
		return err
	}
	if e.ID == "abc" {
		return nil
	}
	_, err := named.Doc(e.ID).Get(ctx)
	return err
}

func remember(ctx context.Context, e event) (string, error) {
	if token != "" {
		return token, nil
	}
	doc, err := remembered.Doc(e.ID).Get(ctx)
	if err != nil {
		return "", err
	}
	token = doc.Ref.ID
	return token, nil
}

func renew(ctx context.Context, e event) error {
	if _, err := every.Doc(e.ID).Get(ctx); err != nil {
		return err
	}
	if time.Now().Before(expires) {
		return nil
	}
	doc, err := lapsed.Doc(e.ID).Get(ctx)
	if err != nil {
		return err
	}
	stamp, expires = doc.Ref.ID, time.Now().Add(time.Minute)
	return nil
}

// settle sets something else than what it looks at.
func settle(ctx context.Context, e event) error {
	if _, err := every.Doc(e.ID).Get(ctx); err != nil {
		return err
	}
	if motto != "" {
		return nil
	}
	doc, err := fixed.Doc(e.ID).Get(ctx)
	if err != nil {
		return err
	}
	name = doc.Ref.ID + stamp
	return nil
}

func missing(ctx context.Context, e event) error {
	doc, err := every.Doc(e.ID).Get(ctx)
	if err != nil {
		return err
	}
	if doc == nil {
		return nil
	}
	_, err = absent.Doc(e.ID).Get(ctx)
	return err
}

func different(ctx context.Context, e event) error {
	doc, err := every.Doc(e.ID).Get(ctx)
	if err != nil {
		return err
	}
	if doc.Ref.ID == e.ID {
		return nil
	}
	_, err = other.Doc(e.ID).Get(ctx)
	return err
}

func write(ctx context.Context, e event) error {
	if _, err := every.Doc(e.ID).Get(ctx); err != nil {
		return err
	}
	if len(e.List) > 0 {
		if _, err := empty.Doc(e.ID).Get(ctx); err != nil {
			return err
		}
	}
	return nil
}

func writeFew(ctx context.Context, e event) error {
	if _, err := every.Doc(e.ID).Get(ctx); err != nil {
		return err
	}
	if len(e.List) > 1 {
		if _, err := few.Doc(e.ID).Get(ctx); err != nil {
			return err
		}
	}
	return nil
}

func cache(ctx context.Context, e event) error {
	if _, err := every.Doc(e.ID).Get(ctx); err != nil {
		return err
	}
	if _, ok := tokens[e.ID]; ok {
		return nil
	}
	doc, err := cached.Doc(e.ID).Get(ctx)
	if err != nil {
		return err
	}
	tokens[e.ID] = doc.Ref.ID
	return nil
}

func table(ctx context.Context, e event) error {
	if _, err := every.Doc(e.ID).Get(ctx); err != nil {
		return err
	}
	if _, ok := known[e.ID]; ok {
		return nil
	}
	_, err := looked.Doc(e.ID).Get(ctx)
	return err
}

func rehearse(ctx context.Context, e event) error {
	if _, err := every.Doc(e.ID).Get(ctx); err != nil {
		return err
	}
	if now.DryRun {
		return nil
	}
	_, err := dry.Doc(e.ID).Get(ctx)
	return err
}

func sketch(ctx context.Context, e event) error {
	if _, err := every.Doc(e.ID).Get(ctx); err != nil {
		return err
	}
	if now.Draft {
		return nil
	}
	_, err := draft.Doc(e.ID).Get(ctx)
	return err
}
