package plan

import (
	"fmt"
	"strings"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// What a broker shows in a form that is not understood goes back as it was read. A field
// within it can't be sent without replacing all of it, so that field is held back.

// withinOdd reports whether what holds a field, a group or the custom properties, is no
// group and no list.
func (s *State) withinOdd(field string) bool {
	have := s.compared()
	if have == nil || len(have.Odd) == 0 {
		return false
	}
	for _, path := range have.Odd {
		if rest, within := strings.CutPrefix(field, "spec."+path); within && rest != "" && have.Extra[path] != nil {
			return true
		}
	}
	return false
}

// oddities names what the broker shows in a form that is not understood; "" for nothing.
func (s *State) oddities() string {
	have := s.compared()
	if have == nil || len(have.Odd) == 0 {
		return ""
	}
	var paths []string
	for _, path := range have.Odd[:min(len(have.Odd), namedOdd)] {
		if known, is := broker.SpecPath(path); is && !strings.Contains(path, "[") {
			path = known
		}
		paths = append(paths, bounded.Characters(path, oddLength))
	}
	if more := len(have.Odd) - namedOdd; more > 0 {
		paths = append(paths, fmt.Sprintf("%d more", more))
	}
	return fmt.Sprintf("; Cloudmore shows %s in a form that is not understood; it is sent back as read", strings.Join(paths, ", "))
}

// leftUnreadable are the fields within what is not understood.
func leftUnreadable(all []Deviation) Rest {
	of := because(all, v1alpha1.DriftUnreadable)
	if len(of) == 0 {
		return Rest{}
	}
	return Rest{
		Reason:  v1alpha1.ReasonBrokerUnreadable,
		Message: fields(of) + ": Cloudmore shows what holds it in a form that is not understood, and an update would replace all of that; have Cloudmore mend it, or remove the field from the spec",
	}
}
