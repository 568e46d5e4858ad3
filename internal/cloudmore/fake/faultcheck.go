package fake

import (
	"encoding/json"
	"fmt"
	"slices"
)

// MarshalJSON writes durations as "30s".
func (f Fault) MarshalJSON() ([]byte, error) { return json.Marshal(wireOf(&f)) }

// UnmarshalJSON reads durations as "30s".
func (f *Fault) UnmarshalJSON(data []byte) error { return json.Unmarshal(data, wireOf(f)) }

// plainFault is Fault without its methods.
type plainFault Fault

type wireFault struct {
	*plainFault
	For         *duration `json:"for,omitzero"`
	Delay       *duration `json:"delay,omitzero"`
	CommitAfter *duration `json:"commitAfter,omitzero"`
	AnswerDelay *duration `json:"answerDelay,omitzero"`
	RetryAfter  *duration `json:"retryAfter,omitzero"`
}

// IsZero lets JSON leave out a duration that is not set.
func (d *duration) IsZero() bool { return d == nil || *d == 0 }

func wireOf(f *Fault) *wireFault {
	return &wireFault{
		plainFault:  (*plainFault)(f),
		For:         (*duration)(&f.For),
		Delay:       (*duration)(&f.Delay),
		CommitAfter: (*duration)(&f.CommitAfter),
		AnswerDelay: (*duration)(&f.AnswerDelay),
		RetryAfter:  (*duration)(&f.RetryAfter),
	}
}

// check finds a fault that could never strike or do anything.
func (f Fault) check() error {
	known := func(value string, choices ...string) bool { return value == "" || slices.Contains(choices, value) }
	switch {
	case f.Op != "" && !slices.Contains(Operations, f.Op):
		return fmt.Errorf("fault: operation %q is none of %v", f.Op, Operations)
	case !known(string(f.Commit), string(CommitYes), string(CommitNo)):
		return fmt.Errorf("fault: commit %q is none of yes, no", f.Commit)
	case !known(string(f.Drop), string(DropConnection), string(DropUnreached)):
		return fmt.Errorf("fault: drop %q is none of connection, unreached", f.Drop)
	case !known(string(f.Body), string(BodyHTML), string(BodyEmpty), string(BodyText), string(BodyTruncated), string(BodyCut), string(BodyHuge), string(BodyDrip), string(BodyWord), string(BodyNumber)):
		return fmt.Errorf("fault: body %q is none of html, empty, text, truncated, cut, huge, drip, word, number", f.Body)
	case f.Form != "" && !slices.Contains(Forms, f.Form):
		return fmt.Errorf("fault: form %q is none of %v", f.Form, Forms)
	case !known(string(f.List), string(ListEmpty), string(ListShort), string(ListForeign), string(ListDuplicate), string(ListNoID)):
		return fmt.Errorf("fault: list %q is none of empty, short, foreign, duplicate, no-id", f.List)
	case !known(string(f.Entry), string(EntryNoID), string(EntryBlank), string(EntryTwice)):
		return fmt.Errorf("fault: entry %q is none of no-id, blank, twice", f.Entry)
	case f.Announce != "" && !slices.Contains(Announcements, f.Announce):
		return fmt.Errorf("fault: announce %q is none of %v", f.Announce, Announcements)
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("fault: status %d is not in 200…599", f.Status)
	case f.Probability < 0 || f.Probability > 1:
		return fmt.Errorf("fault: probability %v is not in 0…1", f.Probability)
	}
	return nil
}
