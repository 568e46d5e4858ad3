package fake

import (
	"fmt"
	"time"
)

// Record is all that the server knows about a broker.
type Record struct {
	ID                string    `json:"id"`
	State             State     `json:"state"`
	Foreign           bool      `json:"foreign"` // a ServiceBroker: somebody else's
	ServicesActivated bool      `json:"servicesActivated"`
	Unlisted          bool      `json:"unlisted,omitempty"`   // lists lack it
	Unreadable        bool      `json:"unreadable,omitempty"` // listed, and calls by its id get 404
	Entry             Entry     `json:"entry,omitempty"`      // how lists show it
	CreatedAt         time.Time `json:"createdAt"`
	ChangedAt         time.Time `json:"changedAt"`
	EndsAt            time.Time `json:"endsAt,omitzero"` // when a delete that takes its time will be done
	Broker            Broker    `json:"broker"`
}

// The methods below do what a user does in the portal, behind the
// operator's back. They leave no trace in the history and know no lag of
// their own; lists show their effect as late as any other.

// Add makes a broker without asking whether it is complete, and returns its id.
func (s *Server) Add(b Broker) (id string) { return s.add(b, false) }

// AddForeign makes a ServiceBroker of somebody else, and returns its id.
func (s *Server) AddForeign(b Broker) (id string) { return s.add(b, true) }

// Seed makes a broker as the record describes it, under the record's id if it
// has one and no broker has it yet, and returns the id.
func (s *Server) Seed(seed Record) (id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	id = seed.ID
	if _, taken := s.store.find(id); id == "" || taken {
		id = s.newID()
	}
	state := seed.State
	if state == "" {
		state = StateLive
	}
	r := &record{id: id, foreign: seed.Foreign, services: seed.ServicesActivated, unlisted: seed.Unlisted, unreadable: seed.Unreadable, entry: seed.Entry}
	r.add(version{at: s.now(), state: state, broker: seed.Broker.clone()})
	s.store.insert(r)
	_ = s.save() // kept for Close
	return id
}

func (s *Server) add(b Broker, foreign bool) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	id := s.create(&request{}, b, foreign, s.now()).id
	_ = s.save() // kept for Close
	return id
}

// Edit changes a broker that is readable.
func (s *Server) Edit(id string, change func(*Broker)) error {
	return s.alter(id, func(r *record, v version) {
		broker := v.broker.clone()
		change(&broker)
		r.add(version{at: s.now(), state: v.state, broker: broker})
	})
}

// Remove deletes a broker at once and for good.
func (s *Server) Remove(id string) error {
	return s.alter(id, func(r *record, v version) { r.add(version{at: s.now(), state: StateGone, broker: v.broker}) })
}

// Deactivate deletes a broker softly: it stays readable and is not listed.
func (s *Server) Deactivate(id string) error {
	return s.alter(id, func(r *record, v version) { r.add(version{at: s.now(), state: StateInactive, broker: v.broker}) })
}

// Activate has an inactive broker be live again.
func (s *Server) Activate(id string) error {
	return s.alter(id, func(r *record, v version) { r.add(version{at: s.now(), state: StateLive, broker: v.broker}) })
}

// SetServices says whether a broker has activated services of the seller.
func (s *Server) SetServices(id string, activated bool) error {
	return s.alter(id, func(r *record, _ version) { r.services = activated })
}

func (s *Server) alter(id string, change func(*record, version)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	r, v, ok := s.visible(id, s.now())
	if !ok {
		return fmt.Errorf("broker %q: not found", id)
	}
	change(r, v)
	return s.save()
}

// Brokers are all brokers that ever were, in the order of their creation.
func (s *Server) Brokers() []Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	return s.records()
}

// Live are the seller's own brokers that exist and are not deleted.
func (s *Server) Live() []Record {
	var live []Record
	for _, r := range s.Brokers() {
		if r.State == StateLive && !r.Foreign {
			live = append(live, r)
		}
	}
	return live
}

// Broker is one broker, or false if there never was one with this id.
func (s *Server) Broker(id string) (Record, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	r, ok := s.store.find(id)
	if !ok {
		return Record{}, false
	}
	return s.recordOf(r), true
}

func (s *Server) records() []Record {
	all := make([]Record, len(s.store.order))
	for i, r := range s.store.order {
		all[i] = s.recordOf(r)
	}
	return all
}

func (s *Server) recordOf(r *record) Record {
	v, _ := r.at(s.now()) // the first version is never in the future
	ends, _ := r.ending(s.now())
	return Record{
		ID: r.id, State: v.state, Foreign: r.foreign, ServicesActivated: r.services, Unlisted: r.unlisted, Unreadable: r.unreadable, Entry: r.entry,
		CreatedAt: r.versions[0].at, ChangedAt: v.at, EndsAt: ends, Broker: v.broker.clone(),
	}
}
