package sellerplan

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Secret or CA that is deleted while its Seller stays is being replaced, as by
// kubectl replace --force, and a finalizer would have that wait for ever: it is let go,
// and what was read of it works on from memory for a while. In a namespace that ends, and
// for a Seller that is going itself, it is kept: the deletions under way need it, also
// after a restart.

func deletedAlone(s *State) Step {
	if s.Seller.Deleting || !s.Seller.Protected || !slices.ContainsFunc(s.Held, Held.Releasable) {
		return nil
	}
	switch ending := s.Outcome.Ending; {
	case ending == nil:
		return AskNamespace{}
	case *ending:
		return nil
	}
	return Lose{Since: s.Now, Release: true, Note: s.lossNote()}
}

// Releasable reports whether our finalizer keeps what is being deleted, and no other
// Seller needs that.
func (h Held) Releasable() bool { return h.Found && h.Going && h.Protected && !h.Awaited }

// lossUnnoticed: what went had no finalizer of ours, or somebody took it off.
func lossUnnoticed(s *State) Step {
	if !s.gone() || !s.remembers() || !s.Session.Lost.IsZero() {
		return nil
	}
	return Lose{Since: s.Now, Note: s.lossNote()}
}

// gone reports whether what the object names is not there, all or in part.
func (s *State) gone() bool {
	c := s.Credentials
	return c != nil && (!c.Found || s.Seller.CABundle != nil && !c.CAFound)
}

// remembers reports whether a session for the account is at work, made of what was there.
func (s *State) remembers() bool { return s.Session != nil && s.Session.Account == s.Seller.Account }

// stillLost is since when what a session was made of is not there to stay.
func (s *State) stillLost() time.Time {
	if slices.ContainsFunc(s.Held, func(h Held) bool { return h.Going }) {
		return s.Session.Lost
	}
	return time.Time{}
}

// worksUntil is until when a session works without what it was made of; zero while that
// is there, and when the time is over.
func (s *State) worksUntil() time.Time {
	if !s.gone() || !s.remembers() || s.Session.Lost.IsZero() {
		return time.Time{}
	}
	if until := s.Session.Lost.Add(replacedWithin); until.After(s.Now) {
		return until
	}
	return time.Time{}
}

// lost names what is not there, or is being deleted.
func (s *State) lost() string {
	var names []string
	for _, h := range s.Held {
		if !h.Found || h.Going {
			names = append(names, h.Name)
		}
	}
	if names == nil { // not protected, so not looked at
		names = []string{"Secret " + s.Seller.SecretName + " or its CA"}
	}
	return strings.Join(names, " and ") + " of namespace " + s.Seller.SecretNamespace
}

// lossNote is what an event says.
func (s *State) lossNote() string {
	if !s.remembers() {
		return s.lost() + " was deleted; nothing of it is at work"
	}
	return fmt.Sprintf("%s was deleted while the Seller stays; what was read of it works on from memory, until %s or a restart: create it again",
		s.lost(), s.Now.Add(replacedWithin).UTC().Format(time.RFC3339))
}

// missed is what Ready says beside the rest while a session works from memory.
func (s *State) missed() string {
	until := s.worksUntil()
	if until.IsZero() {
		return ""
	}
	return fmt.Sprintf("; %s is gone, and works on from memory until %s or a restart: create it again", s.lost(), until.UTC().Format(time.RFC3339))
}
