package fake

import "net/http"

// Where lists and a GET of one broker disagree, for good or in an outage.

// SetUnlisted says whether every list lacks a broker that a GET finds.
func (s *Server) SetUnlisted(id string, unlisted bool) error {
	return s.alter(id, func(r *record, _ version) { r.unlisted = unlisted })
}

// SetUnreadable says whether a broker is listed while a GET, an update and a
// delete of it get 404.
func (s *Server) SetUnreadable(id string, unreadable bool) error {
	return s.alter(id, func(r *record, _ version) { r.unreadable = unreadable })
}

// SetEntry says how lists show a broker; "" for as they do others.
func (s *Server) SetEntry(id string, as Entry) error {
	return s.alter(id, func(r *record, _ version) { r.entry = as })
}

// reachable is a broker that a call by id finds.
func (s *Server) reachable(req *request) (*record, version, bool) {
	r, v, ok := s.visible(req.broker, req.at)
	return r, v, ok && !r.unreadable
}

// nothing is the answer of an account that looks empty.
func (s *Server) nothing(req *request) answer {
	req.shape(ShapedEmptyAccount)
	switch {
	case req.op == OpList || req.op == OpActiveResellers:
		return s.paged(req, []object{})
	case req.broker != "":
		return s.notFound(req.broker)
	default:
		return s.refusal(http.StatusNotFound, "")
	}
}
