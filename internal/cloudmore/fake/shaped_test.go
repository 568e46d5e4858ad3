package fake_test

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// met is what the latest call met.
func met(c *caller) []string {
	all := c.server.History()
	return all[len(all)-1].Shaped
}

var displayCases = []settingCase{
	{"display", "changes what is shown, and not what is stored", fake.Shapes{Display: []string{fake.DisplayCase, fake.DisplayPhone, fake.DisplayNumber, fake.DisplaySpaces}}, func(c *caller) {
		id := c.created(with("registrationNumber", "12345678"), within("contact", "phone", "53564558"))
		shown := c.get(id).object(c)
		c.Expect(met(c)).To(ContainElement(fake.ShapedDisplayed))
		c.Expect(shown).To(And(HaveKeyWithValue("registrationNumber", "123-456-78"), HaveKeyWithValue("name", "ABCDEF  Company"),
			HaveKeyWithValue("contact", HaveKeyWithValue("phone", "53 56 45 58")), HaveKeyWithValue("address", HaveKeyWithValue("countryCode", "ee"))))
		stored, _ := c.server.Broker(id)
		c.Expect(stored.Broker.RegistrationNumber).To(Equal("12345678"))
		c.Expect(stored.Broker.Contact.Phone).To(Equal("53564558"))
	}},
}

func TestWhatACallMet(t *testing.T) {
	for name, row := range map[string]struct {
		shapes fake.Shapes
		meets  func(c *caller)
		want   string
	}{
		"an envelope":         {fake.Shapes{Envelope: fake.EnvelopeData}, func(c *caller) { c.Expect(c.send("GET", brokersPath, nil).Status).To(Equal(200)) }, fake.ShapedEnvelope},
		"a null group":        {fake.Shapes{NullGroups: true}, func(c *caller) { c.get(c.server.Add(fake.Broker{Name: "B"})) }, fake.ShapedNullGroup},
		"a member of its own": {fake.Shapes{ReadOnlyMembers: []string{"rowVersion"}}, func(c *caller) { c.get(c.created()) }, fake.ShapedMembers},
		"a read-only member":  {fake.Shapes{ReadOnlyMembers: []string{"rowVersion"}}, func(c *caller) { c.put(c.created(), body(with("rowVersion", 1))) }, fake.ShapedReadOnly},
		"a required member":   {fake.Shapes{RequiredMembers: []string{"id"}}, func(c *caller) { c.put(c.created(), body()) }, fake.ShapedRequired},
		"a stored spelling":   {fake.Shapes{Normalize: []string{fake.NormalizeDomain}}, func(c *caller) { c.post(body(with("domain", "A.Example"))) }, fake.ShapedStored},
		"an outage":           {fake.Shapes{EmptyAccount: true}, func(c *caller) { c.send("GET", brokersPath, nil) }, fake.ShapedEmptyAccount},
		"a list that is late": {fake.Shapes{ListLag: time.Minute}, func(c *caller) { c.created(); c.listed() }, fake.ShapedLate},
		"an inactive broker":  {fake.Shapes{DeleteSoft: true}, func(c *caller) { id := c.created(); c.delete(id); c.get(id) }, fake.ShapedInactive},
		"an unlisted broker":  {fake.Shapes{}, func(c *caller) { c.Expect(c.server.SetUnlisted(c.created(), true)).To(Succeed()); c.listed() }, fake.ShapedUnlisted},
		"an unreadable broker": {fake.Shapes{}, func(c *caller) {
			id := c.created()
			c.Expect(c.server.SetUnreadable(id, true)).To(Succeed())
			c.get(id)
		}, fake.ShapedUnreadable},
	} {
		t.Run(name, func(t *testing.T) {
			shaped, plain := call(t, fake.Options{Shapes: row.shapes}), call(t, fake.Options{})
			row.meets(shaped)
			shaped.Expect(met(shaped)).To(ContainElement(row.want))
			plain.created()
			plain.listed()
			plain.Expect(met(plain)).To(BeEmpty())
		})
	}
}
