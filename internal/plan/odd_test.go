package plan

import (
	"encoding/json"
	"testing"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// showingOddly has the bound broker show something in a form that is not understood.
func showingOddly(path string, raw string, change ...func(*broker.Broker)) func(*State) {
	return func(s *State) {
		b := *shown(own)
		b.Odd, b.Extra = []string{path}, map[string]json.RawMessage{path: json.RawMessage(raw)}
		for _, c := range change {
			c(&b)
		}
		s.Reading.Known = &b
		lookedLike(&b)(s)
	}
}

func TestWhatIsNotUnderstood(t *testing.T) {
	noContact := func(b *broker.Broker) { b.Contact = broker.Contact{} }
	renamed := func(b *broker.Broker) { b.Name = ptr("Changed") }
	renames := Update{Changed: []Deviation{{Difference: broker.Difference{Field: "spec.name"}}}}
	check(t, []row{
		{"is named, and keeps nothing from being healthy", bound(showingOddly("customProperties[2]", `[{}]`)), Rest{Reason: v1alpha1.ReasonInSync, Message: "customProperties[2] in a form that is not understood"}},
		{"is named by the path of the spec", bound(showingOddly("address", `"x"`)), Rest{Reason: v1alpha1.ReasonInSync, Message: "spec.address in a form"}},
		{"holds back the fields within it", bound(showingOddly("contact", `"Ann"`, noContact)), Rest{Reason: v1alpha1.ReasonBrokerUnreadable, Message: "spec.contact.name, spec.contact.email, spec.contact.phone: Cloudmore shows what holds it"}},
		{"holds back no other field", bound(showingOddly("contact", `"Ann"`, noContact, renamed)), renames},
		{"is sent again where it is the field itself", bound(showingOddly("name", `{"en":"A"}`, func(b *broker.Broker) { b.Name = ptr(`{"en":"A"}`) })), renames},
	})
	s := bound(showingOddly("contact", `"Ann"`, noContact, renamed))
	update, sends := Next(s).(Update)
	if !sends || update.Body.Contact != (broker.Contact{}) || string(update.Body.Extra["contact"]) != `"Ann"` {
		t.Errorf("an update sends %+v", Next(s))
	}
}
