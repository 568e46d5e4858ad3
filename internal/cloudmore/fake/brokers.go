package fake

import (
	"encoding/json"
	"net/http"
	"time"
)

// perform lets a call take effect at req.at and returns its true answer.
func (s *Server) perform(req *request) answer {
	switch req.op {
	case OpToken:
		return s.login(req)
	case OpCreate:
		return s.createBroker(req)
	case OpGet:
		return s.oneBroker(req)
	case OpUpdate:
		return s.updateBroker(req)
	case OpDelete:
		return s.deleteBroker(req)
	case OpActiveReseller:
		return s.oneReseller(req)
	default:
		return s.listBrokers(req)
	}
}

func (s *Server) createBroker(req *request) answer {
	broker, refusal := s.parse(req, Broker{}, false)
	if refusal != nil {
		return *refusal
	}
	if s.shapes.Unique && s.identityTaken(broker, nil, req.at) {
		return s.refusal(s.shapes.UniqueStatus, errorKinds[http.StatusConflict].ErrorMessage)
	}
	created := s.create(req, broker, false, req.at)
	created.unlisted, created.unreadable, created.entry = req.fault.Unlisted, req.fault.Unreadable, req.fault.Entry
	s.noteSpelling(req, broker, created)
	req.ex.Broker = created.id
	s.history.commit(req.ex, req.at)
	if err := s.save(); err != nil {
		return s.refusal(http.StatusInternalServerError, err.Error())
	}
	return s.created(req, created)
}

// created is the answer to a create in the shape that the settings want.
func (s *Server) created(req *request, r *record) answer {
	id := s.shownID(req, r.id)
	switch s.shapes.CreateAnswer {
	case CreateIDObject:
		return s.wrapped(req, jsonAnswer(http.StatusCreated, map[string]any{s.shapes.IDKey: id}), false)
	case CreateBareID:
		return s.wrapped(req, jsonAnswer(http.StatusCreated, id), false)
	case CreateLocation:
		return answer{status: http.StatusCreated}.with("Location", req.base+req.ex.Path+"/"+r.id)
	case CreateNothing:
		return answer{status: http.StatusCreated}
	default:
		v, _ := r.at(req.at)
		return s.wrapped(req, jsonAnswer(http.StatusCreated, s.detail(req, r, v)), false)
	}
}

func (s *Server) oneBroker(req *request) answer {
	seen := req.at
	if s.shapes.GetLag {
		seen = seen.Add(-s.shapes.ListLag)
	}
	r, v, ok := s.visible(req.broker, seen)
	if ok && r.unreadable {
		req.shape(ShapedUnreadable)
	}
	if !ok || r.unreadable {
		return s.notFound(req.broker)
	}
	if r.foreign && s.shapes.ForeignGet == ForeignNotFound {
		return s.notFound(req.broker)
	}
	if r.foreign && s.shapes.ForeignGet == ForeignForbidden {
		return s.refusal(http.StatusForbidden, "")
	}
	if r.late(seen) {
		req.shape(ShapedLateRead)
		v, _ = r.seen(seen)
	}
	return s.wrapped(req, jsonAnswer(http.StatusOK, s.detail(req, r, v)), false)
}

// oneReseller answers only for those that have activated a service.
func (s *Server) oneReseller(req *request) answer {
	r, v, ok := s.visible(req.broker, req.at)
	if !ok || !r.services || v.state != StateLive {
		return s.notFound(req.broker)
	}
	return s.wrapped(req, jsonAnswer(http.StatusOK, s.detail(req, r, v)), false)
}

// visible is a broker that a GET finds: live, inactive, or being deleted.
func (s *Server) visible(id string, at time.Time) (*record, version, bool) {
	r, ok := s.store.find(id)
	if !ok {
		return nil, version{}, false
	}
	v, ok := r.at(at)
	return r, v, ok && v.state != StateGone
}

func (s *Server) updateBroker(req *request) answer {
	r, v, ok := s.reachable(req)
	if !ok {
		return s.notFound(req.broker)
	}
	if refusal := s.unchangeable(r, v); refusal != nil {
		return *refusal
	}
	base := Broker{}
	if s.shapes.UpdateMerges {
		base = v.broker.clone()
	}
	if state := s.lacking(req.body); len(state) > 0 {
		req.shape(ShapedRequired)
		return *s.modelRefusal(state)
	}
	broker, refusal := s.parse(req, base, s.shapes.UpdateLax)
	if refusal != nil {
		return *refusal
	}
	if s.shapes.Unique && s.identityTaken(broker, r, req.at) {
		return s.refusal(s.shapes.UniqueStatus, errorKinds[http.StatusConflict].ErrorMessage)
	}
	s.replace(req, r, v.broker, broker)
	s.history.commit(req.ex, req.at)
	if err := s.save(); err != nil {
		return s.refusal(http.StatusInternalServerError, err.Error())
	}
	return s.updated(req, r, v)
}

// replace stores what an update sent in the API's spelling, and notes what that changed.
func (s *Server) replace(req *request, r *record, before, sent Broker) {
	stored := s.normalized(keep(s.shapes.IgnoredFields, before, sent))
	stored = s.respelled(req, before, stored, SpellStore, SpellUpdate)
	r.add(version{at: req.at, state: StateLive, broker: stored, shown: req.at.Add(s.shapes.UpdateLag)})
	s.noteSpelling(req, sent, r)
	s.noteHarm(req, before, sent, stored)
	before = before.clone()
	req.ex.Replaced = &before
}

// updated is the answer to an update in the shape that the settings want.
func (s *Server) updated(req *request, r *record, before version) answer {
	now, _ := r.at(req.at)
	switch status := s.shapes.UpdateStatus; {
	case status == http.StatusNoContent, s.shapes.UpdateAnswer == UpdateNothing:
		req.shape(ShapedBare)
		return answer{status: status}
	case s.shapes.UpdateAnswer == UpdateEcho:
		req.shape(ShapedEcho)
		return s.wrapped(req, jsonAnswer(status, json.RawMessage(req.body)), false)
	case s.shapes.UpdateAnswer == UpdateOld:
		req.shape(ShapedOldAnswer)
		return s.wrapped(req, jsonAnswer(status, s.detail(req, r, before)), false)
	default:
		return s.wrapped(req, jsonAnswer(status, s.detail(req, r, now)), false)
	}
}

// unchangeable refuses writes to what the seller does not own or has deleted.
func (s *Server) unchangeable(r *record, v version) *answer {
	var refusal answer
	switch {
	case r.foreign:
		refusal = s.refusal(http.StatusForbidden, "")
	case v.state == StateInactive:
		refusal = s.invalidValue("Broker is inactive:" + r.id)
	default:
		return nil
	}
	return &refusal
}

// keep is b with the named top-level fields as they were.
func keep(fields []string, before, b Broker) Broker {
	if len(fields) == 0 {
		return b
	}
	var old map[string]json.RawMessage
	text, _ := json.Marshal(before) // a Broker always encodes
	_ = json.Unmarshal(text, &old)
	kept := map[string]json.RawMessage{}
	for _, field := range fields {
		kept[field] = old[field]
	}
	text, _ = json.Marshal(kept)
	b = b.clone()
	_ = json.Unmarshal(text, &b) // its own encoding
	return b
}

func (s *Server) deleteBroker(req *request) answer {
	r, v, ok := s.reachable(req)
	if !ok {
		return s.notFound(req.broker)
	}
	if r.foreign {
		return s.refusal(http.StatusForbidden, "")
	}
	if r.services && s.shapes.DeleteNeedsNoUsers {
		return s.inUse(r.id)
	}
	if _, deleting := r.ending(req.at); !deleting && v.state == StateLive {
		s.remove(r, v, req.at.Add(s.shapes.DeleteDelay))
		s.history.commit(req.ex, req.at)
	}
	if err := s.save(); err != nil {
		return s.refusal(http.StatusInternalServerError, err.Error())
	}
	return answer{status: s.shapes.DeleteStatus}
}

// remove ends a broker, softly if the settings say so.
func (s *Server) remove(r *record, last version, at time.Time) {
	state := StateGone
	if s.shapes.DeleteSoft {
		state = StateInactive
	}
	r.add(version{at: at, state: state, broker: last.broker})
}
