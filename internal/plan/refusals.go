package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// refused reports whether the API itself said no, for a user to read. Whether a
// POST has made something all the same is told by reading only.
func refused(f *broker.Failure) bool { return f.Answered && f.Documented && refuses(f.Class) }

// turnedAway reports whether the API itself answered without looking at the content,
// so that nothing was made or changed.
func turnedAway(f *broker.Failure) bool {
	return f.Answered && f.Documented && (f.Class == broker.Unauthorized || f.Class == broker.Throttled)
}

// denied reports whether a call was answered with no, by the API or a gateway: that
// seldom goes by.
func denied(f *broker.Failure) bool {
	return (f.Answered || f.Gateway) && (refuses(f.Class) || f.Class == broker.Unauthorized)
}

func refuses(c broker.Class) bool {
	return c == broker.Invalid || c == broker.Forbidden || c == broker.NotFound
}

// whatWasRefused is one line for each refused field, or else what the answer says.
func (s *State) whatWasRefused(f *broker.Failure) string {
	if len(f.Fields) == 0 {
		return fmt.Sprintf("%s: %s; correct the spec, or what it refers to in Cloudmore", f.Op, f.Heard())
	}
	lines := make([]string, 0, len(f.Fields))
	for _, field := range f.Fields {
		lines = append(lines, fmt.Sprintf("%s: Cloudmore refused it: %s%s", field.Path, field.Message, s.notFromTheSpec(field.Path)))
	}
	return strings.Join(lines, "\n")
}

// notFromTheSpec says of a refused value that the spec did not give where it comes from,
// and how to mend it.
func (s *State) notFromTheSpec(path string) string {
	for i := range broker.Fields {
		f := &broker.Fields[i]
		if f.Spec() != path {
			continue
		}
		switch _, managed := f.Get(&s.Desired.Broker); {
		case managed && s.leftAsChanged(path):
			return "; the update leaves it as the broker has it, because driftPolicy is Report: set driftPolicy to Correct, or correct it in the portal"
		case managed:
			return ""
		case s.bound():
			return fmt.Sprintf("; the spec does not name it: the broker has this value in Cloudmore, and every update sends it; set %s, or correct it in the portal", path)
		default:
			return "; the spec does not name it: set it"
		}
	}
	return ""
}

// leftAsChanged reports whether updates leave the field as it was changed elsewhere.
func (s *State) leftAsChanged(path string) bool {
	return s.Desired.Report && slices.ContainsFunc(because(s.deviations(), v1alpha1.DriftChanged),
		func(d Deviation) bool { return d.Field == path })
}
