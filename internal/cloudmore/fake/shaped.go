package fake

import (
	"reflect"
	"slices"
	"time"
)

// What a call can have met of the settings and of brokers that contradict
// themselves, besides its fault: Exchange.Shaped.
const (
	ShapedEnvelope     = "envelope"          // an object around the answer
	ShapedNullGroup    = "null group"        // a group without values was shown as null
	ShapedMembers      = "unknown members"   // members that nobody documented were shown
	ShapedReadOnly     = "read-only member"  // one was sent back, and refused
	ShapedRequired     = "required member"   // one was not sent, and that was refused
	ShapedStored       = "respelled, stored" // a value was stored otherwise than sent
	ShapedDisplayed    = "respelled, shown"  // a value was shown otherwise than stored
	ShapedHarmed       = "harmed"            // an update changed a field that was sent back as shown
	ShapedDropped      = "dropped property"  // a property that does not exist was taken and dropped
	ShapedLateRead     = "late read"         // a GET showed a broker as before an update
	ShapedEcho         = "echo of an update" // an update was answered with what was sent
	ShapedOldAnswer    = "old answer"        // an update was answered with the broker as it was
	ShapedBare         = "bare answer"       // an update was answered without a broker
	ShapedLate         = "late list"         // a list did not show the latest change of a broker
	ShapedUnlisted     = "unlisted"          // a list lacked a broker that a GET finds
	ShapedUnreadable   = "unreadable"        // a GET did not find a broker that lists show
	ShapedInactive     = "inactive"          // a broker was shown as inactive
	ShapedEmptyAccount = "empty account"     // the account looked empty
	ShapedMore         = "announced more"    // a list announced more entries than it has
	ShapedEntry        = "entry "            // and an Entry: a list showed a broker so
	ShapedAnnounced    = "announced by "     // and an Announcement: a list that lacked some said so
)

// shape notes what a call met. The server's lock is held.
func (r *request) shape(what string) {
	if r.ex != nil && !slices.Contains(r.ex.Shaped, what) {
		r.ex.Shaped = append(r.ex.Shaped, what)
	}
}

// noteSpelling notes whether a broker was stored otherwise than it was sent.
func (s *Server) noteSpelling(req *request, sent Broker, r *record) {
	if v, ok := r.at(req.at); ok && !reflect.DeepEqual(v.broker, sent.clone()) {
		req.shape(ShapedStored)
	}
}

// late reports whether reads show the broker as before an update.
func (r *record) late(t time.Time) bool {
	is, _ := r.at(t)
	shown, _ := r.seen(t)
	return is.at != shown.at
}

// changed reports whether the broker changed after one moment and up to another.
func (r *record) changed(after, until time.Time) bool {
	return slices.ContainsFunc(r.versions, func(v version) bool { return v.at.After(after) && !v.at.After(until) })
}
