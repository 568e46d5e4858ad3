package simulation

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// EmptyAccount is an answer as from an account in which nothing ever was.
const EmptyAccount Outcome = "empty-account"

// done ends the outcome of a call that was refused and took effect all the same.
const done = "done"

// statuses are those with which a call is refused, by an API or a gateway.
var statuses = []int{400, 401, 403, 404, 405, 409, 413, 422, 500, 503}

// forms are those in which a refusal says why. A denial with 200 is left out: what it
// means is for a user to read, and that sync is checked by the client's own tests.
var forms = []fake.Form{
	fake.FormList, fake.FormModelState, fake.FormProblem, fake.FormMessage, fake.FormErrors, fake.FormText, fake.FormHTML, fake.FormEmpty,
}

// refusal is an outcome: a status in a form, "409 problem", or "409 problem done".
func refusal(status int, form fake.Form, effect bool) Outcome {
	text := fmt.Sprintf("%d %s", status, form)
	if effect {
		text += " " + done
	}
	return Outcome(text)
}

// refusalOf is the fault that makes such an outcome, and whether it is one.
func refusalOf(o Outcome) (fake.Fault, bool) {
	words := strings.Fields(string(o))
	if len(words) < 2 {
		return fake.Fault{}, false
	}
	status, err := strconv.Atoi(words[0])
	form := fake.Form(words[1])
	if err != nil || !slices.Contains(fake.Forms, form) {
		return fake.Fault{}, false
	}
	f := fake.Fault{Status: status, Form: form, Says: "the reseller exists already, says row 4711"}
	if form == fake.FormModelState {
		f.Says, f.Field = "The value is not valid.", "Contact.Phone"
	}
	if slices.Contains(words, done) {
		f.Commit = fake.CommitYes
	}
	return f, true
}

// refuses draws a refusal of an operation.
func (s *storm) refuses(op operation) Outcome {
	status, form := pick(s, statuses...), pick(s, forms...)
	if status == http.StatusUnauthorized {
		form = fake.FormEmpty // who refuses a token says nothing
	}
	return refusal(status, form, op.changes() && s.chance(0.3))
}

// reads reports whether the operation reads the seller API.
func (o operation) reads() bool { return o.seller() && o != login && !o.changes() }

// changes reports whether the operation is a write of the seller API.
func (o operation) changes() bool { return o == post || o == put || o == del }
