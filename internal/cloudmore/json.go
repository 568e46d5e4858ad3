package cloudmore

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// member is one key of a JSON object with its value as read.
type member struct {
	key   string
	value json.RawMessage
}

// members are a JSON object in its own order, so that sync one twice gives
// the same.
type members []member

// membersOf reads an object; false for any other value.
func membersOf(raw []byte) (members, bool) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil, false
	}
	var all members
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return nil, false
		}
		name, _ := key.(string)
		m := member{key: name}
		if decoder.Decode(&m.value) != nil {
			return nil, false
		}
		all = append(all, m)
	}
	return all, true
}

// value is the member of this name, without regard to case as encoding/json
// does; the last one wins. Nil when there is none.
func (all members) value(name string) json.RawMessage {
	for i := len(all) - 1; i >= 0; i-- {
		if strings.EqualFold(all[i].key, name) {
			return all[i].value
		}
	}
	return nil
}

// twice names a member that the object has twice, or, where it has a meaning
// here, in two spellings with different values: which of them holds, readers disagree
// about (RFC 8259 §4). "" for none.
func (all members) twice() string {
	if len(all) < 2 {
		return ""
	}
	seen := make(map[string]*member, len(all))
	for i := range all {
		m := &all[i]
		was := seen[strings.ToLower(m.key)]
		switch {
		case was == nil:
		case m.means() && (was.key == m.key || !bytes.Equal(was.value, m.value)):
			return m.key
		case was.key == m.key:
			return "a member" // its name may be anything
		}
		seen[strings.ToLower(m.key)] = m
	}
	return ""
}

// means reports whether the name of a member has a meaning here.
func (m *member) means() bool {
	name := strings.ToLower(m.key)
	return fieldsByPath[name] != nil || groups[name] != "" || strings.EqualFold(name, propertiesKey) || m.named(idKeys) || m.named(lists) || m.named(envelopes)
}

// elements reads an array; false for any other value.
func elements(raw []byte) ([]json.RawMessage, bool) {
	var list []json.RawMessage
	if len(raw) == 0 || raw[0] != '[' || json.Unmarshal(raw, &list) != nil {
		return nil, false
	}
	return list, true
}

func isNull(raw []byte) bool { return string(raw) == "null" }

// textOf reads a scalar as text: null as "", numbers and truth values as
// written. False for no value, objects and arrays.
func textOf(raw []byte) (string, bool) {
	switch {
	case len(raw) == 0 || raw[0] == '{' || raw[0] == '[':
		return "", false
	case isNull(raw):
		return "", true
	case raw[0] != '"':
		return string(raw), true
	}
	var text string
	err := json.Unmarshal(raw, &text)
	return text, err == nil
}

// truthOf reads a boolean, also one written as a string.
func truthOf(raw []byte) (value, ok bool) {
	text, _ := textOf(raw)
	switch strings.ToLower(text) {
	case "true":
		return true, true
	case "false":
		return false, true
	default:
		return false, false
	}
}

// idKeys are the keys under which answers show a broker's id, the first wins.
var idKeys = []string{"id", "brokerId", "resellerId"}

var (
	idText    = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)
	idInteger = regexp.MustCompile(`^[1-9][0-9]*$`)
)

// emptyGUID is how .NET writes a GUID that nobody set.
const emptyGUID = "00000000-0000-0000-0000-000000000000"

// usable reports whether a text can be an id in a path.
func usable(id string) bool {
	return idText.MatchString(id) && len(id) <= maxIDLength && strings.Trim(id, ".") != "" && id != emptyGUID
}

// canonical is a value as JSON is written for an update, so that it reads as it was sent.
func canonical(raw json.RawMessage) string {
	written, err := json.Marshal(raw)
	if err != nil || len(raw) == 0 {
		return ""
	}
	return string(written)
}

// id is the id that an object shows; false where there is none of use.
func (all members) id() (broker.ID, bool) {
	for _, key := range idKeys {
		if id, ok := scalarID(all.value(key)); ok {
			return id, true
		}
	}
	return "", false
}

// scalarID reads an id as it stands: a number keeps every digit.
func scalarID(raw []byte) (broker.ID, bool) {
	text, ok := textOf(raw)
	if !ok || !usable(text) || raw[0] != '"' && !idInteger.MatchString(text) {
		return "", false
	}
	return broker.ID(text), true
}
