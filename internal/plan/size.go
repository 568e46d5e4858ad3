package plan

import (
	"encoding/json"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
)

// size is how many bytes a text takes in JSON.
func size(text string) int {
	quoted, _ := json.Marshal(text) // text can always be quoted
	return len(quoted)
}

// shownLength is how many characters of each value are shown of so many differences.
func shownLength(found []Deviation) int {
	total := 0
	for _, d := range found {
		total += size(bounded.Characters(d.Desired, v1alpha1.MaxObservedLength)) + size(bounded.Characters(d.Observed, v1alpha1.MaxObservedLength))
	}
	if total <= maxDrift {
		return v1alpha1.MaxObservedLength
	}
	return maxDrift / (2 * len(found) * longestCharacter)
}

// fitRejected drops the rows that are too much.
func fitRejected(rows []v1alpha1.Rejection) []v1alpha1.Rejection {
	total := 0
	for i, row := range rows {
		if total += size(row.Field) + size(row.Message); total > maxRejected {
			return rows[:i]
		}
	}
	return rows
}

// FitNormalized drops the oldest spellings that are too much.
func FitNormalized(rows []v1alpha1.Normalized) []v1alpha1.Normalized {
	total := 0
	for i := len(rows) - 1; i >= 0; i-- {
		if total += size(rows[i].Desired) + size(rows[i].Observed); total > maxNormalized {
			return rows[i+1:]
		}
	}
	return rows
}
