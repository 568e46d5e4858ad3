package plan

import (
	"fmt"
	"strings"

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
		lines = append(lines, fmt.Sprintf("%s: Cloudmore refused it: %s%s", field.Path, field.Message, s.notOfTheSpec(field.Path)))
	}
	return strings.Join(lines, "\n")
}

// notOfTheSpec says of a refused field that the spec does not name where its value comes
// from, and how to mend it.
func (s *State) notOfTheSpec(path string) string {
	for i := range broker.Fields {
		f := &broker.Fields[i]
		if _, managed := f.Get(&s.Desired.Broker); f.Spec() != path || managed {
			continue
		}
		if s.bound() {
			return fmt.Sprintf("; the spec does not name it: the broker has this value in Cloudmore, and every update sends it; set %s, or correct it in the portal", path)
		}
		return "; the spec does not name it: set it"
	}
	return ""
}

// inItsWords adds what the answer says, where there is one.
func inItsWords(f *broker.Failure) string {
	if heard := f.Heard(); heard != "" {
		return " (" + heard + ")"
	}
	return ""
}
