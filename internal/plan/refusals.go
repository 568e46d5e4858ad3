package plan

import (
	"slices"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// refused reports whether the API itself said no, for a user to read. Whether a
// POST has made something all the same is told by reading only.
func refused(f *broker.Failure) bool {
	return f.Answered && f.Documented && slices.Contains([]broker.Class{broker.Invalid, broker.Forbidden, broker.NotFound}, f.Class)
}

// turnedAway reports whether the API itself answered without looking at the content,
// so that nothing was made or changed.
func turnedAway(f *broker.Failure) bool {
	return f.Answered && f.Documented && (f.Class == broker.Unauthorized || f.Class == broker.Throttled)
}

// denied reports whether a call was answered with no, by whomever: that seldom goes by.
func denied(f *broker.Failure) bool {
	return f.Answered && (f.Class == broker.Unauthorized || slices.Contains([]broker.Class{broker.Invalid, broker.Forbidden, broker.NotFound}, f.Class))
}
