package cloudmore

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// odd are values that no documentation shows for a text.
var odd = []string{`null`, `""`, `"x"`, `12`, `12345678901234567890`, `-0.10`, `true`, `"\ud800"`, `"<&>"`, `"\u00e4"`, `" "`}

// unknown are values of members that the field table does not know.
var unknown = []string{`null`, `{}`, `[]`, `{"id":7,"name":null}`, `[1,{"a":[]}]`, `1e3`, `""`, `false`}

// oddDetail is a broker as an API might show it, with what it likes in each place.
func oddDetail(r *rand.Rand) []byte {
	root := map[string]json.RawMessage{}
	inner := map[string]map[string]json.RawMessage{}
	for i := range broker.Fields {
		f := &broker.Fields[i]
		group, key, nested := strings.Cut(f.API, ".")
		value := one(r, odd)
		if f.Boolean() {
			value = one(r, []string{"null", "true", "false", `"True"`})
		}
		switch {
		case r.IntN(4) == 0:
		case !nested:
			root[f.API] = value
		default:
			if inner[group] == nil {
				inner[group] = map[string]json.RawMessage{}
			}
			inner[group][key] = value
		}
	}
	for _, group := range groups {
		switch members := inner[group]; r.IntN(5) {
		case 0:
			root[group] = json.RawMessage("null")
		case 1:
			root[group] = json.RawMessage("{}")
		case 2: // it lacks
		default:
			if members != nil {
				members["fax"] = one(r, unknown)
				root[group], _ = json.Marshal(members)
			}
		}
	}
	for _, key := range []string{"createdDate", "a.b", "contact.fax", "/contact.fax", "seller", "isActive"} {
		if r.IntN(2) == 0 {
			root[key] = one(r, unknown)
		}
	}
	if r.IntN(3) > 0 {
		root[propertiesKey] = oddProperties(r)
	}
	body, _ := json.Marshal(root)
	return body
}

// oddProperties are null or up to four, ids of both types and twice among them.
func oddProperties(r *rand.Rand) json.RawMessage {
	if r.IntN(4) == 0 {
		return json.RawMessage("null")
	}
	list := []string{}
	for range r.IntN(5) {
		list = append(list, fmt.Sprintf(`{"id":%s,"value":%s,"name":%s}`, one(r, []string{`5`, `"5"`, `"x"`, `6`}), one(r, slices.Concat(odd, unknown)), one(r, unknown)))
	}
	return json.RawMessage("[" + strings.Join(list, ",") + "]")
}

func one(r *rand.Rand, of []string) json.RawMessage { return json.RawMessage(of[r.IntN(len(of))]) }

// TestAnUpdateThatChangesNothingSendsWhatWasRead holds that null stays null, what
// lacked lacks, and every type is kept, whatever the API shows.
func TestAnUpdateThatChangesNothingSendsWhatWasRead(t *testing.T) {
	client := newClient(t, testConfig("http://127.0.0.1"))
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		read := oddDetail(random)
		have, problem := client.detail(&answer{body: withMember(read, "id", "7")})
		if problem != "" {
			t.Fatalf("%s: %s", read, problem)
		}
		// What is wanted is empty, or what is shown.
		wants := []broker.Broker{{}, have}
		for i := range broker.Fields {
			if value, shown := broker.Fields[i].Get(&have); !broker.Fields[i].Boolean() && (!shown || value == "") {
				broker.Fields[i].Set(&wants[0], "")
			}
		}
		for i := range wants {
			merged := broker.Merge(&wants[i], &have)
			if sent := string(client.updateBody(&merged)); !same(t, sent, string(read)) {
				t.Fatalf("%s\nis sent as\n%s", read, sent)
			}
		}
	}
}

// TestAnUpdateChangesOneFieldOnly holds that all else stays as it was read.
func TestAnUpdateChangesOneFieldOnly(t *testing.T) {
	client := newClient(t, testConfig("http://127.0.0.1"))
	random := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		read := oddDetail(random)
		have, _ := client.detail(&answer{body: withMember(read, "id", "7")})
		f := &broker.Fields[random.IntN(len(broker.Fields)-1)]
		var want broker.Broker
		f.Set(&want, "new value")
		merged := broker.Merge(&want, &have)
		before, after := flat("", read), flat("", client.updateBody(&merged))
		if after[f.API] != `"new value"` {
			t.Fatalf("%s of %s is sent as %s", f.API, read, after[f.API])
		}
		group, _, _ := strings.Cut(f.API, ".")
		for _, path := range []string{group, f.API} { // a group that was null or empty is none any more
			delete(before, path)
			delete(after, path)
		}
		if !maps.Equal(before, after) {
			t.Fatalf("%s is set:\n%s\nis sent as\n%s", f.API, read, client.updateBody(&merged))
		}
	}
}

// withMember adds one to an object.
func withMember(body []byte, key, value string) []byte {
	all, _ := membersOf(body)
	return object(append(all, member{key, json.RawMessage(value)})...)
}

// flat are the members of a broker and of its groups by path.
func flat(prefix string, body []byte) map[string]string {
	paths := map[string]string{}
	all, _ := membersOf(body)
	for _, m := range all {
		if inner, _ := membersOf(m.value); prefix == "" && groups[strings.ToLower(m.key)] != "" && len(inner) > 0 {
			maps.Copy(paths, flat(m.key+".", m.value))
			continue
		}
		key := m.key
		if prefix == "" && strings.ContainsAny(key, "./") {
			key = "/" + key
		}
		if text, _ := textOf(m.value); m.value[0] == '"' {
			m.value = quoted(text)
		}
		paths[prefix+key] = string(m.value)
	}
	return paths
}
