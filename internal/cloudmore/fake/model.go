package fake

import "time"

// What a checker has to know of the API's own spelling, apart from any call.

// Stored is how the API stores a broker that a create sends, or an update. What it
// ignores it is taken to store.
func (s *Server) Stored(sent Broker, update bool) Broker {
	places := []string{SpellStore}
	if update {
		places = append(places, SpellUpdate)
	}
	stored := s.normalized(sent)
	return s.respelled(&request{}, stored, stored, places...)
}

// Shown is how a GET shows a broker that is stored so.
func (s *Server) Shown(stored Broker) Broker { return s.displayed(&request{}, stored) }

// Altered reports whether settings have the API store or show the text at a path
// otherwise than it was sent.
func (s *Server) Altered(path string) bool { return s.ownSpelling(path) }

// Version is a broker as the store had it from a time on.
type Version struct {
	At     time.Time
	State  State
	Broker Broker
}

// Versions are those of one broker, by time, the oldest left out where there were many.
func (s *Server) Versions(id string) []Version {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	r, known := s.store.find(id)
	if !known {
		return nil
	}
	all := make([]Version, 0, len(r.versions))
	for _, v := range r.versions {
		all = append(all, Version{v.at, v.state, v.broker.clone()})
	}
	return all
}
