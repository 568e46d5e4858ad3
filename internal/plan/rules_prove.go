package plan

import (
	"fmt"
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// A form that an earlier version took for Cloudmore's own may be a change made elsewhere.
// It is proved by sending the value once more: what is shown as before, after the list
// lag, is the form; what is shown as desired was none; all else is judged as any own write.
// Nobody asked for that, so it is done in the background, and edits do it beside.

// accepted are the spellings that count as equal: not those that were refused just now, nor
// those that are known to be none.
func (s *State) accepted() []broker.Spelling {
	if !slices.ContainsFunc(s.Record.Accepted, s.disproved) {
		return s.Record.Accepted
	}
	return slices.DeleteFunc(slices.Clone(s.Record.Accepted), s.disproved)
}

func (s *State) disproved(n broker.Spelling) bool {
	refused := slices.Contains(s.Record.Unproved, n) && s.refusedNow(&broker.Difference{Field: n.Field, Desired: n.Desired, Observed: n.Observed})
	return refused || s.isNoForm(n)
}

// isNoForm reports whether nothing was taken for how Cloudmore shows a value, and it has
// shown the field of a broker since.
func (s *State) isNoForm(n broker.Spelling) bool {
	return n.Observed == "" && s.Reading.Shows.Has(n.Field)
}

// unproved are the fields that the broker shows in a form that was never proved.
func (s *State) unproved() []Deviation {
	have := s.compared()
	if len(s.Record.Unproved) == 0 || have == nil {
		return nil
	}
	var found []Deviation
	for _, d := range broker.Diff(&s.Desired.Broker, have, nil) {
		if slices.Contains(s.Record.Unproved, broker.Spelling{Field: d.Field, Desired: d.Desired, Observed: d.Observed}) {
			found = append(found, Deviation{Difference: d})
		}
	}
	return found
}

// unprovedIn are those whose values an update sends.
func (s *State) unprovedIn(want *broker.Broker) []Deviation {
	return slices.DeleteFunc(s.unproved(), func(d Deviation) bool {
		sent := broker.Diff(want, &broker.Broker{Detail: true}, nil)
		return !slices.ContainsFunc(sent, func(sent broker.Difference) bool { return sent.Field == d.Field })
	})
}

// Proves reports whether unproved values are to be sent for their own sake, once writing is
// possible.
func (s *State) Proves() bool {
	open := *s
	open.Access.Halted, open.Access.DryRun = nil, ""
	return len(s.Record.Unproved) > 0 && !s.Desired.Report && open.mayUpdate() == nil
}

// boundProved: a form that was never proved is, once nothing else differs.
func boundProved(s *State) Step {
	rows := s.unproved()
	if len(rows) == 0 || len(s.differences()) > 0 {
		return nil
	}
	if step := s.judgeProof(rows); step != nil {
		return step
	}
	if at := s.provesAt(rows); at.IsZero() || s.Now.Before(at) {
		return nil
	}
	l := s.looked(s.Record.BrokerID)
	if l == nil {
		return Look{ID: s.Record.BrokerID}
	}
	if !s.proven(&l.Broker) {
		return nil
	}
	want := s.laid(nil)
	return Update{Want: want, Body: broker.Merge(&want, &l.Broker), Proves: rows, ReadAt: l.At}
}

// judgeProof accepts the forms that are shown a list lag after their values were sent; nil
// where none was sent, or that is not known yet.
func (s *State) judgeProof(rows []Deviation) Step {
	var same []broker.Spelling
	for i := range rows {
		d := &rows[i]
		sent := s.sentFor(&d.Difference)
		switch settles := sent.settles(s); {
		case !sent.proves(d) || s.Now.Before(settles):
		case !s.Reading.KnownSince.Before(settles):
			same = append(same, broker.Spelling{Field: d.Field, Desired: d.Desired, Observed: d.Observed})
		case s.looked(s.Record.BrokerID) == nil:
			return Look{ID: s.Record.BrokerID}
		}
	}
	if len(same) == 0 {
		return nil
	}
	return Accept{Spellings: same}
}

// proves reports whether the value was sent to see whether the form is shown again.
func (sent *Sent) proves(d *Deviation) bool {
	return !sent.none() && sent.Again && sent.Seen == d.Observed
}

// provesAt is when unproved values may be sent; zero for never.
func (s *State) provesAt(rows []Deviation) time.Time {
	if s.mayUpdate() != nil {
		return time.Time{}
	}
	return s.proofTurn(rows)
}

// proofTurn is the same, had nobody stopped writing.
func (s *State) proofTurn(rows []Deviation) time.Time {
	unsent := slices.ContainsFunc(rows, func(d Deviation) bool {
		sent := s.sentFor(&d.Difference)
		return !sent.proves(&d)
	})
	if !unsent || !s.Proves() || s.Access.ProveAt.IsZero() || len(twins(s)) > 0 {
		return time.Time{}
	}
	at := s.Access.ProveAt
	if t, failed := s.Memory.Tries[CallUpdate]; failed {
		at = moment.Later(at, t.due(CallUpdate, s.Record.UID))
	}
	return at
}

// proofGoesOn is when there is something to be done about unproved forms; zero for never.
func (s *State) proofGoesOn() time.Time {
	rows := s.unproved()
	if len(rows) == 0 {
		return time.Time{}
	}
	next := s.provesAt(rows)
	for i := range rows {
		sent := s.sentFor(&rows[i].Difference)
		if settles := sent.settles(s); sent.proves(&rows[i]) && (next.IsZero() || settles.Before(next)) {
			next = settles
		}
	}
	if !next.IsZero() && !next.After(s.Now) { // and it could not be done now
		return s.Now.Add(lookAtMost)
	}
	return next
}

// unprovedUnderReport says which forms stay unproved, since under Report nothing is sent
// for their sake.
func (s *State) unprovedUnderReport() string {
	rows := s.unproved()
	if len(rows) == 0 || !s.Desired.Report {
		return ""
	}
	named, more := rows[:min(len(rows), namedForms)], ""
	if len(rows) > namedForms {
		more = fmt.Sprintf(" and %d more", len(rows)-namedForms)
	}
	return fmt.Sprintf("; an earlier version took what is shown of %s%s for Cloudmore's own form, which is unproved, and may have been changed elsewhere: compare status.normalized, or set driftPolicy to Correct to have the values sent once",
		fields(named), more)
}
