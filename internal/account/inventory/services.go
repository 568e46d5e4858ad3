package inventory

import "github.com/reseller-operator/reseller-operator/internal/broker"

var (
	yes = true
	no  = false
)

// NoServices notes that no services are activated for a broker, which was just made.
func (s *Snapshot) NoServices(id broker.ID) { s.at(id).services = &no }

// TellServices notes for whom services are activated, and returns those of whom another
// thing was told before. shows asks for one; told is false where that is not known.
func (s *Snapshot) TellServices(shows func(id broker.ID) (activated, told bool)) (changed []broker.ID) {
	for id, e := range s.entries {
		now := &no
		switch activated, told := shows(id); {
		case activated:
			now = &yes
		case !told:
			now = nil
		}
		if e.known != nil && e.services != now {
			e.services = now
			changed = append(changed, id)
		}
	}
	return changed
}
