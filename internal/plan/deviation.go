package plan

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// Deviation is one managed field that the broker shows otherwise than the spec has it,
// and why: by what Cloudmore last took from us, and by what became of sending it.
type Deviation struct {
	broker.Difference

	Cause v1alpha1.DriftCause
	// Tried is when Cloudmore last refused the value; zero for never.
	Tried time.Time
}

// compared is the broker with which the spec is compared: by the GET of this pass if
// there was one that shows it, else as last known; nil if it is not known.
func (s *State) compared() *broker.Broker {
	if l := s.looked(s.Record.BrokerID); l != nil && l.Failure == nil {
		return &l.Broker
	}
	return s.Reading.Known
}

// differences are the managed fields that the broker shows otherwise.
func (s *State) differences() []broker.Difference {
	have := s.compared()
	if have == nil {
		return nil
	}
	return broker.Diff(&s.Desired.Broker, have, s.accepted())
}

// deviations are the same, each with its cause.
func (s *State) deviations() []Deviation {
	found := s.differences()
	if len(found) == 0 {
		return nil
	}
	all := make([]Deviation, 0, len(found))
	for i := range found {
		cause, tried := s.causeOf(&found[i])
		all = append(all, Deviation{found[i], cause, tried})
	}
	return all
}

// causeOf is why a field differs. What holds it back comes first: a user's request ends
// that, once.
func (s *State) causeOf(d *broker.Difference) (cause v1alpha1.DriftCause, tried time.Time) {
	row, sent := s.shownFor(d), s.sentFor(d)
	if s.withinOdd(d.Field) {
		return v1alpha1.DriftUnreadable, time.Time{}
	}
	if s.refusedNow(d) {
		return v1alpha1.DriftRefused, stored(s.Now).Time
	}
	if !s.requested() || sent.Requested == s.Desired.Requested {
		switch {
		case row.Cause == v1alpha1.DriftRefused && row.TriedAt != nil && s.Now.Before(row.TriedAt.Add(s.refusedFor())):
			return row.Cause, row.TriedAt.Time
		case row.Cause == v1alpha1.DriftContested, row.Cause == "" && row.Field != "" && s.stalledBy(v1alpha1.ReasonContested):
			return v1alpha1.DriftContested, time.Time{}
		case s.fought(d, &sent):
			return v1alpha1.DriftContested, time.Time{}
		case row.Cause == v1alpha1.DriftNotAccepted && isShown(row.Observed, d.Observed), s.ignored(d, &sent):
			return v1alpha1.DriftNotAccepted, time.Time{}
		}
	}
	unseen := row.Cause == v1alpha1.DriftEdited && isShown(row.Observed, d.Observed) // nothing has come of it, whoever sent it
	dropped := d.Observed == "" && s.uncompared(d)                                   // by the create
	lacking := slices.Contains(s.Record.Accepted, broker.Spelling{Field: d.Field, Desired: d.Desired, Observed: d.Observed})
	if s.edited(d, &row) || s.unconfirmed(d, &sent) || s.untaken(d, &sent) || s.supersedes(d) || unseen || dropped || lacking {
		return v1alpha1.DriftEdited, time.Time{}
	}
	return v1alpha1.DriftChanged, time.Time{}
}

// fought reports whether the value was sent as often as is sensible, and is another again.
func (s *State) fought(d *broker.Difference, sent *Sent) bool {
	_, settling := s.settling(d)
	return sent.Times >= maxFights && !settling && s.Now.Before(sent.At.Add(fightMemory))
}

// edited reports whether Cloudmore has not taken the value that the spec has now. Where
// it is not known what Cloudmore took, the first comparison is the base: what differs was
// changed elsewhere, unless an earlier version left an edit waiting.
func (s *State) edited(d *broker.Difference, row *v1alpha1.Drift) bool {
	if s.Record.Applied.Known() {
		return !s.Record.Applied.Took(d.Field, d.Desired)
	}
	r := &s.Record
	waits := r.ObservedGeneration != s.Desired.Generation || (r.Ready != nil && r.Ready.Status == metav1.ConditionFalse)
	return r.Compared && r.ObservedGeneration >= 0 && waits && row.Field == ""
}

// refusedFor is how long a refused value is not sent again.
func (s *State) refusedFor() time.Duration { return refusedPause + spread(refusedPause, s.Record.UID) }

// refusedNow reports whether the PUT of this pass sent the field, and was refused for it.
func (s *State) refusedNow(d *broker.Difference) bool {
	u := s.Outcome.Updated
	return u != nil && u.Failure != nil && refused(u.Failure) && u.Failure.Class == broker.Invalid && slices.Contains(u.Sent, d.Field) &&
		slices.ContainsFunc(u.Failure.Fields, func(f broker.FieldFailure) bool { return concerns(f.Path, d.Field) })
}

// concerns reports whether a refusal that names a path is about a field: it is that, or a
// part of it, since APIs name groups and lists, too. One of the whole is about none.
func concerns(path, field string) bool {
	rest, within := strings.CutPrefix(field, path)
	return within && path != "spec" && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// shownFor is what status says of the field with the present desired value; zero for
// nothing.
func (s *State) shownFor(d *broker.Difference) v1alpha1.Drift {
	for i := range s.Record.Drift {
		if r := &s.Record.Drift[i]; r.Field == d.Field && isShown(r.Desired, d.Desired) {
			return *r
		}
	}
	return v1alpha1.Drift{}
}

// isShown reports whether what status shows is this value, or the beginning of it.
func isShown(shown, value string) bool {
	n := utf8.RuneCountInString(shown)
	return shown == value || (n >= leastShown && shown == bounded.Characters(value, n))
}

// held reports whether the field is left as read: it blocks only itself.
func (d *Deviation) held() bool {
	switch d.Cause {
	case v1alpha1.DriftRefused, v1alpha1.DriftContested, v1alpha1.DriftNotAccepted, v1alpha1.DriftUnreadable:
		return true
	default:
		return false
	}
}

// sendable are the deviations that an update may end: by policy, not held back, and no
// identity that another Reseller comes first for.
func (s *State) sendable(all []Deviation) []Deviation {
	taken := contender(s, s.Desired.Identity) != nil
	var some []Deviation
	for i := range all {
		d := &all[i]
		reported := s.Desired.Report && d.Cause == v1alpha1.DriftChanged
		if !d.held() && !reported && (!taken || !identifies(d)) {
			some = append(some, *d)
		}
	}
	return some
}

// laid are the values that an update lays over the broker as read: every managed one,
// under Report only what is to be sent and what Cloudmore shows in its own way; never
// what is held back, nor an identity that another Reseller comes first for. In place of a
// mask the value goes, and of what Cloudmore took and shows otherwise: sent back, what is
// shown would be stored.
func (s *State) laid(all []Deviation) broker.Broker {
	send := s.sendable(all)
	for i := range all {
		taken := all[i].Cause == v1alpha1.DriftNotAccepted
		if !identifies(&all[i]) && (taken || broker.IsMask(all[i].Field, all[i].Observed)) {
			send = append(send, all[i])
		}
	}
	named := func(path string, among []Deviation) bool {
		return slices.ContainsFunc(among, func(d Deviation) bool { return d.Field == path })
	}
	return broker.Only(&s.Desired.Broker, func(path string) bool {
		if named(path, all) {
			return named(path, send)
		}
		return !s.Desired.Report || slices.ContainsFunc(s.Record.Accepted, func(n broker.Spelling) bool { return n.Field == path })
	})
}

// identityFields make the identity of a broker.
var identityFields = []string{"registrationNumber", "domain"}

func identifies(d *Deviation) bool {
	return slices.Contains(identityFields, strings.TrimPrefix(d.Field, "spec."))
}

// because are the deviations of one cause.
func because(all []Deviation, cause v1alpha1.DriftCause) []Deviation {
	return slices.DeleteFunc(slices.Clone(all), func(d Deviation) bool { return d.Cause != cause })
}

// fields joins the paths of deviations for a message.
func fields(all []Deviation) string {
	paths := make([]string, 0, len(all))
	for i := range all {
		paths = append(paths, all[i].Field)
	}
	return strings.Join(paths, ", ")
}
