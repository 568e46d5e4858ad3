package fake

import (
	"encoding/json"
	"slices"
	"strings"
)

// What some APIs ask of a request beyond the documented fields.

// pascal is a member as a model state names it.
func pascal(member string) string {
	return strings.ToUpper(member[:min(1, len(member))]) + member[min(1, len(member)):]
}

// sentBack refuses read-only members in a request: they are shown and may not
// be sent.
func (s *Server) sentBack(req *request, state modelState) {
	sent := membersOf(req.body)
	for _, member := range s.shapes.ReadOnlyMembers {
		if _, there := sent[strings.ToLower(member)]; there {
			state.add(pascal(member), "The "+pascal(member)+" field is read-only.")
			req.shape(ShapedReadOnly)
		}
	}
}

// lacking are the required members that an update has not.
func (s *Server) lacking(body []byte) modelState {
	state := modelState{}
	sent := membersOf(body)
	for _, member := range s.shapes.RequiredMembers {
		if _, there := sent[strings.ToLower(member)]; !there {
			state.add(pascal(member), "The "+pascal(member)+" field is required.")
		}
	}
	return state
}

// hollow refuses groups in which nothing is said: they are null or they are whole.
func (s *Server) hollow(body []byte, state modelState) {
	if !s.shapes.NullGroups {
		return
	}
	sent := membersOf(body)
	for _, group := range []string{"contact", "address", "invoiceContact"} {
		var values map[string]any
		if json.Unmarshal(sent[strings.ToLower(group)], &values) == nil && values != nil && silent(values) {
			state.add(pascal(group), "The "+pascal(group)+" must be null or whole.")
		}
	}
}

// silent reports whether every value is null or empty.
func silent(values object) bool {
	for _, value := range values {
		if value != nil && value != "" {
			return false
		}
	}
	return true
}

// membersOf are the members of a body by name in lower case.
func membersOf(body []byte) map[string]json.RawMessage {
	var all map[string]json.RawMessage
	_ = json.Unmarshal(body, &all) // parse has read it already
	lower := map[string]json.RawMessage{}
	for name, value := range all {
		lower[strings.ToLower(name)] = value
	}
	return lower
}

// beyond puts into a detail the members that nobody documented and that the
// settings ask for, and null for groups in which nothing is said.
func (s *Server) beyond(req *request, fields object, r *record) {
	for _, member := range slices.Concat(s.shapes.ReadOnlyMembers, s.shapes.RequiredMembers) {
		if _, shown := fields[member]; !shown {
			fields[member] = r.versions[0].at.UTC()
			req.shape(ShapedMembers)
		}
	}
	if !s.shapes.NullGroups {
		return
	}
	for name, value := range fields {
		if group, isGroup := value.(object); isGroup && silent(group) {
			fields[name] = nil
			req.shape(ShapedNullGroup)
		}
	}
}
