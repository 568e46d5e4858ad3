package simulation

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// recording is a run told line by line: what was decided and by which rule, what was
// called and answered, what was written. Nobody reads it but people, so it changes
// nothing of the run.
type recording struct {
	w     *World
	began time.Time
	lines []line
	// rules are the rules that decided, decided the latest decision about each Reseller.
	rules   map[string]bool
	decided map[string]string
}

// line is one event; of those in a row that are alike there is one, and how many.
type line struct {
	at    time.Duration
	who   string
	what  string
	times int
}

// record begins a recording; what was before is not told.
func (w *World) record() *recording {
	r := &recording{w: w, began: now(), rules: map[string]bool{}, decided: map[string]string{}}
	w.recording, w.server.told = r, r.change
	return r
}

// tell adds a line. No recording tells nothing.
func (r *recording) tell(who, format string, args ...any) {
	if r == nil {
		return
	}
	next := line{now().Sub(r.began).Truncate(time.Second), who, fmt.Sprintf(format, args...), 1}
	if n := len(r.lines); n > 0 && r.lines[n-1].who == next.who && r.lines[n-1].what == next.what {
		r.lines[n-1].times++
		return
	}
	r.lines = append(r.lines, next)
}

// decision tells which rule decided a pass of a manager, and on what, unless it is the same
// as at the last look.
func (r *recording) decision(manager string, s *plan.State, rule string, step plan.Step) {
	if r == nil {
		return
	}
	r.rules[rule] = true
	what := rule + " → " + stepText(step)
	object := manager + " " + s.Record.UID
	if r.decided[object] != what {
		r.decided[object] = what
		r.tell(manager, "%s %s%s", r.w.nameOf(s.Record.UID), what, lasting(step, s.Now))
	}
}

// nameOf is the name of the Reseller with a uid.
func (w *World) nameOf(uid string) string {
	for _, s := range slices.Backward(w.server.changes["Reseller"]) {
		if s.after != nil && string(s.after.GetUID()) == uid {
			return s.key.Name
		}
	}
	return "?"
}

// answered tells of a call and its answer; what a list shows is read here.
func (r *recording) answered(p *point, response *http.Response, err error) {
	if r == nil || p.op == active || p.op == login && err == nil {
		return // they are the same in all lives
	}
	what := strings.TrimSpace(string(p.op)+" "+p.broker) + ": "
	switch {
	case err != nil:
		what += "no answer"
	case p.op == list && response.StatusCode == http.StatusOK:
		what += "200 " + r.listed(response)
	default:
		what += strconv.Itoa(response.StatusCode)
	}
	if ex := r.exchange(p.n); ex != nil && ex.Committed && (err != nil || response.StatusCode >= http.StatusMultipleChoices) {
		what += ", and done"
	}
	r.tell(p.manager, "%s", what)
}

// exchange is the call of a point as the fake has it; nil where it never came there.
func (r *recording) exchange(n int) *fake.Exchange {
	for _, ex := range slices.Backward(r.w.fake.History()) {
		if ex.Header.Get(pointHeader) == strconv.Itoa(n) {
			return &ex
		}
	}
	return nil
}

// anyID is the id of a broker as the fake makes it.
var anyID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// listed are the ids that a list shows; it is there to be read again.
func (r *recording) listed(response *http.Response) string {
	body, _ := io.ReadAll(response.Body) // whoever reads it learns of an error
	response.Body = io.NopCloser(bytes.NewReader(body))
	ids := anyID.FindAllString(string(body), -1)
	return "[" + strings.Join(slices.Compact(ids), " ") + "]"
}

// String is the whole recording, with names for ids.
func (r *recording) String() string {
	var b strings.Builder
	names := map[string]string{}
	for _, known := range r.w.fake.Brokers() {
		if known.Broker.Name == bystander.Name {
			names[known.ID] = "bystander"
		}
	}
	for _, l := range r.lines {
		what := anyID.ReplaceAllStringFunc(l.what, func(id string) string {
			if names[id] == "" {
				names[id] = fmt.Sprintf("broker-%d", len(names))
			}
			return names[id]
		})
		if l.times > 1 {
			what += fmt.Sprintf(" (%d times)", l.times)
		}
		fmt.Fprintf(&b, "%8s  %-9s  %s\n", l.at, l.who, what)
	}
	return b.String()
}
