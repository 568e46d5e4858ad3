package simulation

import (
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// Outcome is what strikes an operation at its point; "" is none: it goes well.
type Outcome string

// The outcomes that every operation can have.
const (
	Fine        Outcome = ""
	CrashBefore Outcome = "crash-before" // the manager dies before it
	CrashAfter  Outcome = "crash-after"  // the manager dies when it is done, before the answer
	Lost        Outcome = "lost"         // it is done, the answer does not come
)

// The outcomes of reads and writes of the API server.
const (
	Conflict    Outcome = "conflict"
	Denied      Outcome = "denied"
	Unavailable Outcome = "unavailable"
	Timeout     Outcome = "timeout" // not done, and nobody knows
)

// The outcomes of calls to the seller API, next to its statuses ("500").
const (
	CrashCommits Outcome = "crash-commits" // the manager dies, and the call takes effect two minutes later
	Unreached    Outcome = "unreached"     // no connection
	Cut          Outcome = "cut"           // the connection ends, nothing was done
	Late         Outcome = "late"          // no answer before the caller gives up, nothing is done
	LateCommit   Outcome = "late-commit"   // done when the caller has given up, within the commit bound
	Gateway      Outcome = "gateway"       // 504 with a web page, done two minutes later
	HTML         Outcome = "html"          // 502 with a web page, nothing was done
	Done500      Outcome = "done-500"      // done, and answered with 500
	Truncated    Outcome = "truncated"     // done, half an answer
	Empty        Outcome = "empty"         // done, an answer without content
	Other        Outcome = "other"         // done, the answer is about another broker
	Drip         Outcome = "drip"          // done, the answer a byte a second
	Redirect     Outcome = "redirect"      // to another host
	EmptyList    Outcome = "list-empty"
	ShortList    Outcome = "list-short"
	ForeignList  Outcome = "list-foreign"
	TwiceList    Outcome = "list-twice" // one entry twice
	NoIDList     Outcome = "list-no-id" // the last entry has no id
)

// point is an operation that leaves a manager's process.
type point struct {
	n       int
	at      time.Time
	manager string
	// what is the pass that makes it ("reseller default/a"), uid its Reseller.
	what string
	uid  types.UID
	op   operation
	// broker is the id that a call names, view how many changes of Resellers the
	// manager has seen.
	broker string
	view   int
	struck Outcome
	// settling says that nothing strikes any more.
	settling bool
}

// operation is the kind of a point.
type operation string

// The operations.
const (
	readLive    operation = "read live"
	writeObject operation = "write"
	writeStatus operation = "write status"
	login       operation = "log in"
	post        operation = "POST"
	get         operation = "GET"
	put         operation = "PUT"
	del         operation = "DELETE"
	list        operation = "list"
	services    operation = "GET services"
	active      operation = "list services"
)

// seller reports whether the operation is a call to the seller API.
func (o operation) seller() bool {
	switch o {
	case readLive, writeObject, writeStatus:
		return false
	default:
		return true
	}
}

// String is the point as a user reads it in a trace.
func (p *point) String() string {
	struck := ""
	if p.struck != Fine {
		struck = "  << " + string(p.struck)
	}
	return fmt.Sprintf("%4d %s %s: %s %s%s", p.n, p.at.Format("15:04:05.000"), p.manager, p.what, strings.TrimSpace(string(p.op)+" "+p.broker), struck)
}

var (
	everywhere = []Outcome{CrashBefore, CrashAfter}
	onReads    = []Outcome{Unreached, Cut, Lost, Late, "401", "403", "429", "500", "503", HTML, Truncated}
	onWrites   = []Outcome{
		CrashCommits, Unreached, Cut, Lost, Late, LateCommit, "400", "401", "403", "404", "409", "429", "500", "503",
		HTML, Gateway, Done500, Truncated, Empty, Redirect, refusal(401, fake.FormEmpty, true),
	}
	onLists = []Outcome{EmptyList, ShortList, ForeignList, TwiceList, Empty, "404"}
)

// outcomes are all that can strike an operation.
func outcomes(o operation) []Outcome {
	all := append([]Outcome{}, everywhere...)
	switch o {
	case readLive:
		return append(all, Denied, Unavailable, Timeout)
	case writeObject, writeStatus:
		return append(all, Lost, Conflict, Denied, Unavailable, Timeout)
	case login:
		return append(append(all, onReads...), "400", Empty)
	case get:
		return append(append(all, onReads...), "404", Empty, Other)
	case services:
		return append(append(all, onReads...), "404")
	case list, active:
		return append(append(all, onReads...), onLists...)
	case post:
		return append(append(all, onWrites...), Drip)
	default:
		return append(all, onWrites...)
	}
}
