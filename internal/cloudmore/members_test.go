package cloudmore

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// picky is an API that refuses updates as told, and keeps their bodies.
type picky struct {
	client *Client
	refuse func(body string) string // the answer's body; "" takes the update
	bodies []string
	status int
}

func newPicky(t *testing.T, refuse func(string) string) *picky {
	t.Helper()
	p := &picky{refuse: refuse, status: http.StatusBadRequest}
	p.client = serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		p.bodies = append(p.bodies, string(body))
		if said := p.refuse(string(body)); said != "" {
			w.WriteHeader(p.status)
			_, _ = io.WriteString(w, said)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	return p
}

// puts sends one update of what was read and returns how many PUTs that took.
func (p *picky) puts(t *testing.T, read string) (int, *broker.Failure) {
	t.Helper()
	have, problem := p.client.detail(&answer{body: []byte(read)})
	if problem != "" {
		t.Fatal(problem)
	}
	before := len(p.bodies)
	_, err := p.client.Update(t.Context(), have.ID, have)
	if err == nil {
		return len(p.bodies) - before, nil
	}
	return len(p.bodies) - before, failed(t, err)
}

const withDate = `{"id":7,"name":"A","vat":null,"createdDate":"2026-01-01","tags":[],"contact":{"email":"a@b","phone":null,"fax":"1"}}`

func TestMembersThatAreRefusedAreLeftOut(t *testing.T) {
	for name, said := range map[string]string{
		"as a model state":            `{"CreatedDate":["is read-only"]}`,
		"in a map of errors":          `{"title":"One or more validation errors occurred.","errors":{"$.createdDate":["The JSON value could not be used."]}}`,
		"in a documented list":        `[{"errorCode":5,"errorName":"InvalidValue","errorMessage":"Unknown field 'createdDate'"}]`,
		"in quotes":                   `{"message":"Unrecognized field \"createdDate\" (class Update), not marked as ignorable"}`,
		"in words":                    `{"message":"Could not find member createdDate on object of type Update."}`,
		"as the field of a violation": `{"violations":[{"field":"createdDate","message":"must not be set"}]}`,
		"as steps":                    `{"detail":[{"loc":["body","createdDate"],"msg":"extra fields not permitted"}]}`,
		"as a pointer":                `{"errors":[{"source":{"pointer":"/data/attributes/createdDate"},"detail":"is not allowed"}]}`,
		"as a path that is a label":   `{"errors":[{"path":"createdDate","message":"is unknown"}]}`,
		"as .NET says it":             `{"message":"The CreatedDate field is read-only."}`,
		"as text":                     `The request is invalid: createdDate can't be changed`,
		"by a path into it":           `{"createdDate.offset":["is unknown"]}`,
	} {
		t.Run(name, func(t *testing.T) {
			p := newPicky(t, func(body string) string {
				if strings.Contains(body, "createdDate") {
					return said
				}
				return ""
			})
			if n, failure := p.puts(t, withDate); n != 2 || failure != nil {
				t.Fatalf("%d updates, %v", n, failure)
			}
			if !same(t, p.bodies[1], `{"name":"A","vat":null,"tags":[],"contact":{"email":"a@b","phone":null,"fax":"1"}}`) {
				t.Errorf("sent once more: %s", p.bodies[1])
			}
			if n, failure := p.puts(t, withDate); n != 1 || failure != nil {
				t.Errorf("the next one takes %d updates, %v", n, failure)
			}
			if l := p.client.members.Learned(); !slices.Equal(l.LeftOut, []string{"createdDate"}) || l.Since.IsZero() {
				t.Errorf("learned %+v", l)
			}
		})
	}
}

func TestMembersOfGroupsAreLeftOut(t *testing.T) {
	p := newPicky(t, func(body string) string {
		if strings.Contains(body, "fax") {
			return `{"Contact.Fax":["is read-only"]}`
		}
		return ""
	})
	if n, failure := p.puts(t, withDate); n != 2 || failure != nil || strings.Contains(p.bodies[1], "fax") || !strings.Contains(p.bodies[1], "a@b") {
		t.Errorf("%d updates, %v: %s", n, failure, p.bodies)
	}
}

func TestARequiredIDIsAdded(t *testing.T) {
	for read, want := range map[string]string{
		`{"id":7,"name":"A"}`:                                 `{"id":7,"name":"A"}`,
		`{"id":"7","name":"A"}`:                               `{"id":"7","name":"A"}`,
		`{"brokerId":"a-b","name":"A","createdDate":"x"}`:     `{"brokerId":"a-b","name":"A","createdDate":"x"}`,
		`{"id":"7","name":"A","customProperties":[{"id":1}]}`: `{"id":"7","name":"A","customProperties":[{"id":1}]}`,
	} {
		key := "id"
		if strings.Contains(read, "brokerId") {
			key = "brokerId"
		}
		p := newPicky(t, func(body string) string {
			if !strings.HasPrefix(body, `{"`+key) && !strings.Contains(body, `,"`+key) {
				return fmt.Sprintf(`{"%s":["The %s field is required."]}`, key, key)
			}
			return ""
		})
		if n, failure := p.puts(t, read); n != 2 || failure != nil || !same(t, p.bodies[1], want) {
			t.Errorf("%s: %d updates, %v: %s", read, n, failure, p.bodies)
		}
		if l := p.client.members.Learned(); !slices.Equal(l.Added, []string{key}) {
			t.Errorf("learned %+v", l)
		}
	}
}

func TestWhatIsSentOnceOnly(t *testing.T) {
	for name, said := range map[string]string{
		"a documented field":                 `{"Vat":["is required"]}`,
		"a documented field that is null":    `{"Contact.Phone":["is required"]}`,
		"a documented field by a word":       `{"message":"The Vat field is required."}`,
		"a documented field within the body": `{"errors":{"tags.contact.email":["is taken"]}}`,
		"a property":                         `{"CustomProperties[0].Id":["is unknown"]}`,
		"nothing":                            `{"message":"no"}`,
		"a word that only looks like one":    `{"message":"the tags of this broker are in use"}`,
		"a member that was not sent":         `{"rowVersion":["is required"]}`,
	} {
		p := newPicky(t, func(string) string { return said })
		if n, failure := p.puts(t, withDate); n != 1 || failure == nil {
			t.Errorf("%s: %d updates, %v", name, n, failure)
		}
	}
	for _, status := range []int{401, 403, 404, 409, 429, 500, 503} {
		p := newPicky(t, func(string) string { return `{"createdDate":["is read-only"]}` })
		p.status = status
		n, _ := p.puts(t, withDate)
		if at := len(p.client.members.Learned().LeftOut); n > 1 && status != http.StatusUnauthorized || at > 0 {
			t.Errorf("%d: %d updates, %d left out", status, n, at)
		}
	}
}

func TestAMemberThatIsNamedAgainIsSentAgain(t *testing.T) {
	p := newPicky(t, func(string) string { return `{"createdDate":["is wrong"],"id":["is wrong"]}` })
	if n, failure := p.puts(t, withDate); n != 2 || failure == nil {
		t.Errorf("%d updates, %v", n, failure)
	}
	if n, _ := p.puts(t, withDate); n != 1 {
		t.Errorf("the next one takes %d updates", n)
	}
	if l := p.client.members.Learned(); len(l.LeftOut)+len(l.Added) > 0 {
		t.Errorf("learned %+v", l)
	}
	p.client.members.Forget(newClock().Now())
	if n, _ := p.puts(t, withDate); n != 2 {
		t.Errorf("after it was forgotten: %d updates", n)
	}
}

func TestMembersThatAreNamedOneByOne(t *testing.T) {
	var all []string
	for i := range 40 {
		all = append(all, fmt.Sprintf(`"rowVersion%c%c":1`, 'A'+i/26, 'a'+i%26))
	}
	p := newPicky(t, func(body string) string {
		for _, m := range all {
			if key, _, _ := strings.Cut(m, ":"); strings.Contains(body, key) {
				return `{"message":` + `"Unknown member '` + strings.Trim(key, `"`) + `'"}`
			}
		}
		return ""
	})
	read := `{"id":7,"name":"A",` + strings.Join(all, ",") + `}`
	total := 0
	for range 20 {
		n, failure := p.puts(t, read)
		if total += n; n > 1+maxResends || failure == nil {
			t.Fatalf("%d updates, %v", n, failure)
		}
	}
	if l := p.client.members.Learned(); len(l.LeftOut) != maxAmendments {
		t.Errorf("%d are left out", len(l.LeftOut))
	}
}

func TestWhatWasStoredIsRecalled(t *testing.T) {
	at := newClock().Now()
	told := 0
	m := NewMembers(func() { told++ })
	m.Recall(Learned{LeftOut: []string{"a"}, Added: []string{"id"}, Since: at})
	m.Recall(Learned{LeftOut: []string{"a", "b"}, Since: at.Add(time.Minute)})
	if l := m.Learned(); !slices.Equal(l.LeftOut, []string{"a", "b"}) || !slices.Equal(l.Added, []string{"id"}) || !l.Since.Equal(at) || told != 0 {
		t.Errorf("%+v, told %d times", l, told)
	}
	m.Forget(at.Add(time.Hour))
	m.Recall(Learned{LeftOut: []string{"a"}, Since: at.Add(time.Minute)})
	if l := m.Learned(); len(l.LeftOut) > 0 || told != 1 {
		t.Errorf("it was forgotten: %+v", l)
	}
	m.keep([]amendment{{member: "c"}}, nil, at.Add(2*time.Hour))
	if l := m.Learned(); !slices.Equal(l.LeftOut, []string{"c"}) || told != 2 {
		t.Errorf("%+v, told %d times", l, told)
	}
}

func TestMembersOfTheFake(t *testing.T) {
	client, server := onFake(t, fake.Options{Shapes: fake.Shapes{
		ReadOnlyMembers: []string{"createdDate", "rowVersion"}, RequiredMembers: []string{"id"},
	}})
	made, err := client.Create(t.Context(), acme())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"New", "Newer"} {
		read, err := client.Get(t.Context(), made.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.Update(t.Context(), made.ID, broker.Merge(&broker.Broker{Name: text(name)}, &read)); err != nil {
			t.Fatal(err)
		}
	}
	if stored, _ := server.Broker(string(made.ID)); stored.Broker.Name != "Newer" || server.Calls(fake.OpUpdate) != 4 {
		t.Errorf("%q after %d updates", stored.Broker.Name, server.Calls(fake.OpUpdate))
	}
}
