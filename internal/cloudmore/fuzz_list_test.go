package cloudmore

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// FuzzAnnouncement holds that a list is whole only where nothing says more: whatever is
// announced beside two entries, under whatever key and in whatever place, either leads to
// a page on the same path, is named, or says no.
func FuzzAnnouncement(f *testing.F) {
	kept(f)
	for _, key := range []string{"hasNextPage", "has_more", "total_count", "next_cursor", "@odata.nextLink", "X-Total-Pages", "pageSize", "last", "Content-Range", "page", "offset"} {
		for _, value := range []string{"true", "3", `"?page=2"`, `"abc"`, "null", `{"href":"/x"}`, `"0-1/7"`, "2"} {
			f.Add(key, value, 0)
			f.Add(key, value, 2)
		}
	}
	client := fuzzed(f)
	const address = "http://h.example/api/sellers/s/brokers"
	f.Fuzz(func(t *testing.T, key, value string, where int) {
		if !json.Valid([]byte(value)) {
			return
		}
		const entries = `[{"id":"a"},{"id":"b"}]`
		said := string(quoted(key)) + ":" + value
		a := &answer{from: address, header: http.Header{}}
		switch where % 3 {
		case 0:
			a.body = []byte(`{"items":` + entries + `,` + said + `}`)
		case 1:
			a.body = []byte(`{"items":` + entries + `,"metadata":{` + said + `}}`)
		default:
			a.body = []byte(entries)
			text, _ := textOf([]byte(value))
			a.header.Set(key, text)
			key = http.CanonicalHeaderKey(key)
		}
		l := &listing{op: OpList, announcements: client.announcements, hide: client.hidden, next: address, heeded: map[string]bool{}, visited: map[string]bool{}, take: client.newRoll().take}
		problem := l.page(a)
		if strings.ContainsFunc(problem, unicode.IsControl) || utf8.RuneCountInString(problem) > 400 || (l.announced != "") != strings.HasPrefix(problem, reasonMore) {
			t.Errorf("%s says %q", said, problem)
		}
		if l.next != "" && l.next != address && !strings.HasPrefix(strings.ToLower(l.next), address+"?") && !strings.HasPrefix(strings.ToLower(l.next), address+"/") {
			t.Errorf("%s leads to %s", said, l.next)
		}
		if more := value == "true" || value == "7"; more && problem == "" && l.next == "" {
			switch kind, _ := announces(key); {
			case value == "true" && (kind == announcesMore || kind == announcesNext || kind == announcesToken),
				value == "7" && (kind == announcesTotal || kind == announcesCount || kind == announcesPages):
				t.Errorf("%s is not heeded", said)
			}
		}
	})
}

// FuzzEntry holds that an entry of the list is a broker with an id of use, or unreadable
// with a bounded text, and that of two with one id nothing is taken that they differ in.
func FuzzEntry(f *testing.F) {
	kept(f)
	for _, seed := range []string{
		`{"id":"a","name":"A"}`, `{"id":0}`, `{"id":null,"brokerId":5}`, `{"id":"a/b"}`, `null`, `"a"`, `[]`, `{"id":"a","id":"b"}`, `{"broker":{"id":7}}`,
		`{"id":"` + emptyGUID + `"}`, `{"ID":"{9F0C8A4E-0000-4000-8000-00000000000A}"}`, `{"id":1.5,"name":{"en":"A"}}`, `{"id":"pass/Word+1"}`, `{"resellerId":7,"id":"row"}`,
	} {
		f.Add([]byte(seed), []byte(`{"id":"a","name":"B"}`))
	}
	client := fuzzed(f)
	f.Fuzz(func(t *testing.T, one, other []byte) {
		if !json.Valid(one) || !json.Valid(other) {
			return
		}
		r := client.newRoll()
		for i, entry := range [][]byte{one, other} {
			if problem := r.take(i, 1, entry); problem != "" {
				t.Errorf("%s is refused: %s", entry, problem)
			}
		}
		if len(r.Brokers)+len(r.Unreadable) != 2 {
			t.Errorf("%d brokers and %d others", len(r.Brokers), len(r.Unreadable))
		}
		for i := range r.Brokers {
			if !usable(string(r.Brokers[i].ID)) {
				t.Errorf("the id %q", r.Brokers[i].ID)
			}
		}
		if len(r.Brokers) == 2 && r.Brokers[0].ID.Same(r.Brokers[1].ID) {
			t.Errorf("one id twice: %q", r.Brokers[0].ID)
		}
		for _, u := range r.Unreadable {
			if u.Problem == "" || u.Shows.ID != "" || utf8.RuneCountInString(u.Value) > maxEntryShown || strings.ContainsFunc(u.Value+u.Problem, unicode.IsControl) ||
				strings.Contains(u.Value, testCredentials.Password) || strings.Contains(u.Value, testCredentials.ClientSecret) {
				t.Errorf("entry %d: %s: %q", u.Index, u.Problem, u.Value)
			}
		}
		for _, id := range activeIDs(one) {
			if !usable(string(id)) {
				t.Errorf("the reseller %q", id)
			}
		}
	})
}

// FuzzProperties holds that an update sends every entry of the custom properties, each at
// its place and as it was read, but for the value of the one that is changed.
func FuzzProperties(f *testing.F) {
	kept(f)
	for _, seed := range []string{
		`[]`, `null`, `[{"id":5,"value":"a"}]`, `[{"value":"x"},{"id":5,"value":1}]`, `[{"id":5},{"id":5,"value":2},null,"x"]`, `{"5":"a"}`, `{"data":[{"id":5}]}`,
		`[{"id":{},"value":1},{"ID":"5","Value":{"a":"<"}}]`, `[{"id":"5","value":"a","value":"b"}]`, `[[],{}]`, `5`,
	} {
		f.Add([]byte(seed), "5", "new")
		f.Add([]byte(seed), "x", "")
	}
	client := fuzzed(f)
	f.Fuzz(func(t *testing.T, list []byte, id, value string) {
		if !json.Valid(list) || id == "" || !utf8.ValidString(id+value) {
			return
		}
		read, problem := client.detail(&answer{body: object(member{"id", quoted("a")}, member{propertiesKey, list})})
		if problem != "" {
			t.Fatal(problem)
		}
		if _, found := read.Property(""); found {
			t.Error("a property has no id")
		}
		same := sentProperties(t, client, &read)
		if was := canonical(list); string(same) != was {
			t.Errorf("%s is sent back as %s", was, same)
		}
		if strings.Contains(strings.Join(read.Odd, " "), propertiesKey) && read.CustomProperties == nil {
			return // no list: a property of it is not sent
		}
		want := broker.Merge(&broker.Broker{CustomProperties: []broker.Property{{ID: id, Value: value}}}, &read)
		before, _ := elements(same)
		after, _ := elements(sentProperties(t, client, &want))
		if len(after) < len(before) {
			t.Fatalf("of %s is sent %s", before, after)
		}
		for i := range before {
			if propertyID(before[i]) != id && string(before[i]) != string(after[i]) {
				t.Errorf("entry %d was %s and is sent as %s", i, before[i], after[i])
			}
		}
	})
}

// sentProperties are the custom properties as an update sends them.
func sentProperties(t *testing.T, client *Client, b *broker.Broker) json.RawMessage {
	t.Helper()
	all, isObject := membersOf(client.updateBody(b))
	if !isObject {
		t.Fatal("an update sends no object")
	}
	return all.value(propertiesKey)
}

// FuzzLink holds that a Link header leads where its own next link says, whatever else
// stands in it.
func FuzzLink(f *testing.F) {
	kept(f)
	for _, seed := range [][3]string{
		{"", "/brokers?a=1,2;b", ""}, {`</x>; rel="prev", `, "?after=a,b", `; title="a, b; rel=\"last\""`}, {`<?x>;rel=last;rel=next,`, "/y", ""}, {`junk, `, "z?", `, <?q>; rel=next`},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, before, target, after string) {
		found := nextOfHeader([]string{before, "<" + target + `>; rel="prev next"` + after})
		if len(found) > len(before)+len(target)+len(after)+30 {
			t.Errorf("%q is longer than the header", found)
		}
		if want := strings.TrimSpace(target); before == "" && !strings.Contains(target, ">") && found != want {
			t.Errorf("%q is read as %q", want, found)
		}
	})
}
