package simulation

import (
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// pointHeader carries the number of a call's point into the fake's history.
const pointHeader = "X-Simulation-Point"

// afterwards is when a call takes effect whose caller has given up or died; it
// is within deadline and commit bound.
const afterwards = 2 * time.Minute

// transport carries the calls of a manager to the fake, each through its point.
type transport struct{ m *manager }

// RoundTrip implements http.RoundTripper.
func (c transport) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx := r.Context()
	t := taskOf(ctx)
	op, broker := operationOf(r)
	p := t.at(op, broker)
	struck := t.arrive(p)
	w := c.m.w
	to := w.apiAt(r.URL)
	to.ClearFaults()
	if fault := w.faultOf(struck); fault != nil {
		if err := to.Inject(*fault); err != nil {
			panic(err) // a mistake in faultOf
		}
	}
	r = r.Clone(ctx)
	r.Header.Set(pointHeader, strconv.Itoa(p.n))
	response, err := to.RoundTripper().RoundTrip(r)
	w.recording.answered(p, response, err)
	t.leave(struck)
	return response, err
}

// operationOf tells what a request does, and to which broker.
func operationOf(r *http.Request) (operation, string) {
	last := path.Base(r.URL.Path)
	switch {
	case strings.HasSuffix(r.URL.Path, "/connect/token"):
		return login, ""
	case r.Method == http.MethodPost:
		return post, ""
	case r.Method == http.MethodPut:
		return put, last
	case r.Method == http.MethodDelete:
		return del, last
	case last == "brokers":
		return list, ""
	case last == "resellers":
		return active, ""
	case path.Base(path.Dir(r.URL.Path)) == "resellers":
		return services, last
	default:
		return get, last
	}
}

// faults are the outcomes as the fake knows them.
var faults = map[Outcome]fake.Fault{
	Unreached:    {Drop: fake.DropUnreached},
	Cut:          {Drop: fake.DropConnection},
	Lost:         {Drop: fake.DropConnection, Commit: fake.CommitYes},
	CrashCommits: {Drop: fake.DropConnection, CommitAfter: afterwards},
	Late:         {Delay: 10 * time.Minute},
	LateCommit:   {CommitAfter: afterwards},
	HTML:         {Status: http.StatusBadGateway, Body: fake.BodyHTML},
	Gateway:      {Status: http.StatusGatewayTimeout, Body: fake.BodyHTML, CommitAfter: afterwards},
	Done500:      {Status: http.StatusInternalServerError, Commit: fake.CommitYes},
	Truncated:    {Body: fake.BodyTruncated},
	Empty:        {Body: fake.BodyEmpty},
	Other:        {AnswerID: "other"},
	Drip:         {Body: fake.BodyDrip},
	Redirect:     {RedirectTo: "https://elsewhere.example"},
	EmptyList:    {List: fake.ListEmpty},
	ShortList:    {List: fake.ListShort, Missing: 1},
	ForeignList:  {List: fake.ListForeign},
	TwiceList:    {List: fake.ListDuplicate},
	NoIDList:     {List: fake.ListNoID},
	EmptyAccount: {EmptyAccount: true},
	"429":        {Status: http.StatusTooManyRequests, RetryAfter: 7 * time.Second},
}

// faultOf is the fault that makes an outcome, nil for none.
func (w *World) faultOf(struck Outcome) *fake.Fault {
	fault, known := w.faults[struck]
	if !known {
		fault, known = faults[struck]
	}
	if !known {
		fault, known = oddLists[struck]
	}
	if !known {
		fault, known = refusalOf(struck)
	}
	if !known {
		status, err := strconv.Atoi(string(struck))
		if err != nil {
			return nil
		}
		fault = fake.Fault{Status: status}
	}
	fault.Times = 1
	return &fault
}
