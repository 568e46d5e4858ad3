package fake

import (
	"slices"
	"strings"
)

// Keys that details carry beyond the documented fields. What marks an
// inactive broker or a ServiceBroker is not documented; these are plausible.
const (
	keyActive        = "isActive"
	keyServiceBroker = "isServiceBroker"
	keyCreated       = "createdDate"
)

// object is a JSON object on its way out.
type object map[string]any

// detail is a broker as GET, a create and an update show it.
func (s *Server) detail(req *request, r *record, v version) object {
	fields := s.fields(s.displayed(req, v.broker))
	fields[s.shapes.IDKey] = s.shownID(req, r.id)
	if s.shapes.DeleteSoft || v.state == StateInactive {
		fields[keyActive] = v.state == StateLive
		if v.state == StateInactive {
			req.shape(ShapedInactive)
		}
	}
	if r.foreign && s.shapes.ForeignMarkedIn != ForeignInLists {
		key, value := s.foreignMark()
		fields[key] = value
	}
	if s.shapes.ExtraFields {
		fields[keyCreated] = r.versions[0].at.UTC()
		fields["tags"] = []string{}
	}
	s.beyond(req, fields, r)
	return fields
}

// shownID is the id as the answer shows it, which a fault can falsify.
func (s *Server) shownID(req *request, id string) any {
	switch req.fault.AnswerID {
	case "":
	case "other":
		id = s.unknownID()
	default:
		id = req.fault.AnswerID
	}
	return jsonID(id, s.shapes.IDs == IDInteger)
}

// unknownID is an id that no broker has.
func (s *Server) unknownID() string {
	if s.shapes.IDs == IDInteger {
		return "999999999"
	}
	return s.newGUID()
}

// spelled writes empty fields as null, "" or not at all. What is no string
// cannot be "".
func (s *Server) spelled(fields object) object {
	for name, value := range fields {
		switch {
		case value == "" && s.shapes.Empty == EmptyNull:
			fields[name] = nil
		case (value == "" || value == nil) && s.shapes.Empty == EmptyOmitted:
			delete(fields, name)
		}
	}
	return fields
}

func (s *Server) properties(list []CustomProperty) []object {
	shown := make([]object, len(list))
	for i, p := range list {
		shown[i] = object{"id": jsonID(string(p.ID), s.shapes.PropertyIDs == PropertyInteger), "value": p.Value}
	}
	return shown
}

// foreignMark is the member that says that a broker is somebody else's.
func (s *Server) foreignMark() (key string, value any) {
	switch s.shapes.ForeignMark {
	case ForeignText:
		return keyServiceBroker, "True"
	case ForeignNumber:
		return keyServiceBroker, 1
	case ForeignKind:
		return "type", "ServiceBroker"
	default:
		return keyServiceBroker, true
	}
}

// entry is a broker as a list shows it.
func (s *Server) entry(req *request, r *record, v version) object {
	entry := s.detail(req, r, v)
	mark, value := s.foreignMark()
	switch {
	case r.foreign && s.shapes.ForeignMarkedIn == ForeignInLists:
		entry[mark] = value
	case s.shapes.ForeignMarkedIn == ForeignInDetails:
		delete(entry, mark)
	}
	if s.shapes.ListUpperCaseIDs {
		if id, ok := entry[s.shapes.IDKey].(string); ok {
			entry[s.shapes.IDKey] = strings.ToUpper(id)
		}
	}
	if s.shapes.ListContent == ListDetail {
		return entry
	}
	for name := range entry {
		marks := name == keyActive && s.shapes.InactiveListed || name == mark && s.shapes.ForeignMarkedIn == ForeignInLists
		if name != s.shapes.IDKey && !marks && !slices.Contains(s.shapes.ListFields, name) {
			delete(entry, name)
		}
	}
	return entry
}
