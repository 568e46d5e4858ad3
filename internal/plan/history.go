package plan

import (
	"slices"
	"strings"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
)

// History is status.history with further effects. Failures that are alike are one entry,
// so that what is tried again and again does not hide what was done before.
func History(before, further []v1alpha1.Effect) []v1alpha1.Effect {
	if len(further) == 0 {
		return before
	}
	after := slices.Clone(before)
	for _, e := range further {
		e = boundedEffect(e)
		if last := len(after) - 1; last >= 0 && alike(&after[last], &e) {
			e.Times = max(after[last].Times, 1) + 1
			after = after[:last]
		}
		after = append(after, e)
	}
	return slices.Clone(after[max(0, len(after)-v1alpha1.MaxHistory):])
}

// alike reports whether two effects are failures of one kind.
func alike(a, b *v1alpha1.Effect) bool {
	return a.Action == b.Action && strings.HasSuffix(string(a.Action), "Failed") &&
		a.BrokerID == b.BrokerID && a.Status == b.Status && slices.Equal(a.Fields, b.Fields)
}

// LastEffect reports whether a history ends with this effect, whenever that was.
func LastEffect(history []v1alpha1.Effect, e v1alpha1.Effect) bool {
	if len(history) == 0 {
		return false
	}
	last, e := history[len(history)-1], boundedEffect(e)
	return last.Action == e.Action && last.BrokerID == e.BrokerID && slices.Equal(last.Fields, e.Fields)
}

func boundedEffect(e v1alpha1.Effect) v1alpha1.Effect {
	paths := make([]string, 0, len(e.Fields))
	for _, path := range e.Fields[:min(len(e.Fields), v1alpha1.MaxEffectFields)] {
		paths = append(paths, bounded.Characters(path, v1alpha1.MaxFieldLength))
	}
	e.Fields = nil
	if len(paths) > 0 {
		e.Fields = paths
	}
	return e
}
