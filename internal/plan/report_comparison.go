package plan

import (
	"fmt"
	"math"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// reportComparison shows where the broker differs and why, and keeps what Cloudmore took.
// It does so whatever the pass came to, but for a broker that was not read in full, or
// not since it was written. It reports whether anything changed.
func reportComparison(s *State, rest *Rest, status *v1alpha1.ResellerStatus) bool {
	have := s.compared()
	switch {
	case !s.bound(), rest.Reason == v1alpha1.ReasonBrokerNotFound: // what is gone differs in nothing
		shown := s.conditions(status)
		gone := shown.Only(v1alpha1.ConditionDrifted, false, "", "")
		status.Conditions = shown.All
		return reportDrift(s, nil, status) || gone
	case have == nil || !have.Detail || s.inconclusive():
		return assign(&status.Applied, string(s.taken(nil)))
	}
	all := s.deviations()
	changed := slices.Contains([]bool{reportDrift(s, all, status), reportDrifted(s, all, status)}, true)
	if !s.moved(all) {
		return changed
	}
	before := status.Normalized
	status.Normalized = s.normalized(before, have, all)
	return slices.Contains([]bool{changed, assign(&status.Applied, string(s.taken(all))), !slices.Equal(before, status.Normalized)}, true)
}

// moved reports whether what Cloudmore took can be another than status says. At rest it
// is not, and working it out would cost a digest for each field.
func (s *State) moved(all []Deviation) bool {
	return !s.Record.Applied.Known() || s.Record.ObservedGeneration != s.Desired.Generation || s.Outcome.Updated != nil ||
		len(all) > 0 || len(s.Record.Drift) > 0 || len(s.Record.Unproved) != len(s.unproved())
}

// taken is what Cloudmore last took from the Reseller: what it shows as desired, and,
// where that was not known before, what was changed elsewhere since. What an update sent is
// none of it before it is shown, unless it was refused.
func (s *State) taken(all []Deviation) broker.Applied {
	applied := s.Record.Applied
	if u := s.Outcome.Updated; u != nil && (u.Failure == nil || unknown(u.Failure)) {
		applied = applied.Without(u.Sent)
	}
	have := s.compared()
	if have == nil || !have.Detail || s.inconclusive() {
		return applied
	}
	return applied.With(&s.Desired.Broker, s.Record.UID, func(path, _ string) bool {
		at := slices.IndexFunc(all, func(d Deviation) bool { return d.Field == path })
		return at < 0 || (!s.Record.Applied.Known() && all[at].Cause == v1alpha1.DriftChanged)
	})
}

// unknown reports whether a write may have taken effect although it failed.
func unknown(f *broker.Failure) bool {
	return f != nil && !f.NotSent && !refused(f) && !turnedAway(f)
}

// normalized are the normal forms that still matter: of fields that the spec names, with
// the values that it has, and not shown as desired by now. Those that an earlier version
// left are to be proved, unless the canonical form makes both equal, and are none once the
// value is refused, or not accepted. That of the value which Cloudmore last took outlasts
// an edit that was not sent yet, and may be taken back.
func (s *State) normalized(kept []v1alpha1.Normalized, have *broker.Broker, all []Deviation) []v1alpha1.Normalized {
	plain := broker.Diff(&s.Desired.Broker, have, nil)
	var still []v1alpha1.Normalized
	for _, n := range kept {
		at := slices.IndexFunc(plain, func(d broker.Difference) bool {
			return d.Field == n.Field && (d.Desired == n.Desired || (!n.Unproved && s.Record.Applied.Took(n.Field, n.Desired)))
		})
		refuted := n.Unproved && slices.ContainsFunc(all, func(d Deviation) bool { return d.Field == n.Field && d.held() })
		if at < 0 || refuted || s.isNoForm(broker.Spelling{Field: n.Field, Observed: n.Observed}) {
			continue
		}
		sent := s.sentFor(&broker.Difference{Field: n.Field, Desired: n.Desired})
		n.Unproved = n.Unproved || (!s.Record.Applied.Known() && sent.none())
		still = append(still, n)
	}
	return still
}

// reportDrift shows the deviations.
func reportDrift(s *State, all []Deviation, status *v1alpha1.ResellerStatus) bool {
	if len(all) == 0 && len(status.Drift) == 0 {
		return false
	}
	before := status.Drift
	status.Drift = drift(s, all)
	counted := assign(&status.DriftCount, int32(min(len(status.Drift), math.MaxInt32)))
	return !equality.Semantic.DeepEqual(before, status.Drift) || counted
}

// drift shows the deviations; one that was shown before keeps its time.
func drift(s *State, all []Deviation) []v1alpha1.Drift {
	var shown []v1alpha1.Drift
	length := shownLength(all)
	for _, d := range all {
		row := v1alpha1.Drift{
			Field: d.Field, Desired: bounded.Characters(d.Desired, length), Observed: bounded.Characters(d.Observed, length), Cause: d.Cause, Since: metav1.NewTime(s.Now),
		}
		if before := s.shownFor(&d.Difference); before.Field != "" && isShown(before.Observed, d.Observed) {
			row.Since = before.Since
		}
		if !d.Tried.IsZero() {
			row.TriedAt = &metav1.Time{Time: d.Tried}
		}
		shown = append(shown, row)
	}
	return shown
}

// reportDrifted says whether the broker differs where it once was as described: an edit
// that was not sent yet, or never taken, is no drift.
func reportDrifted(s *State, all []Deviation, status *v1alpha1.ResellerStatus) bool {
	drifted := slices.DeleteFunc(slices.Clone(all), func(d Deviation) bool {
		return d.Cause != v1alpha1.DriftChanged && d.Cause != v1alpha1.DriftContested
	})
	shown := s.conditions(status)
	changed := shown.Set(v1alpha1.ConditionDrifted, len(drifted) > 0, reasonOfDrift(drifted), messageOfDrift(drifted))
	status.Conditions = shown.All
	return changed
}

func reasonOfDrift(drifted []Deviation) string {
	if len(drifted) == 0 {
		return v1alpha1.ReasonNotDrifted
	}
	return v1alpha1.ReasonDrifted
}

func messageOfDrift(drifted []Deviation) string {
	switch n := len(drifted); n {
	case 0:
		return "no field of the broker differs from what Cloudmore took from the spec"
	case 1:
		return "1 field differs: " + fields(drifted)
	default:
		return fmt.Sprintf("%d fields differ: %s", n, fields(drifted))
	}
}
