package fake_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

func TestListsAndCallsThatDisagree(t *testing.T) {
	onBoth(t, "about a broker that no list shows", func(c *caller) {
		id := c.created()
		c.Expect(c.server.SetUnlisted(id, true)).To(Succeed())
		c.Expect(c.listed()).To(BeEmpty())
		c.Expect(c.get(id).Status).To(Equal(http.StatusOK))
		c.Expect(c.put(id, body()).Status).To(Equal(http.StatusOK))
		c.Expect(c.server.SetUnlisted(id, false)).To(Succeed())
		c.Expect(c.listed()).To(Equal([]string{id}))
	})
	onBoth(t, "about a broker that is listed only", func(c *caller) {
		id := c.created()
		c.Expect(c.server.SetUnreadable(id, true)).To(Succeed())
		c.Expect(c.listed()).To(Equal([]string{id}))
		c.Expect([]int{c.get(id).Status, c.put(id, body()).Status, c.delete(id).Status}).To(HaveEach(http.StatusNotFound))
		c.Expect(c.server.SetUnreadable(id, false)).To(Succeed())
		c.Expect(c.get(id).Status).To(Equal(http.StatusOK))
	})
	onBoth(t, "from a broker's creation on", func(c *caller) {
		c.inject(fake.Fault{Op: fake.OpCreate, Unlisted: true, Times: 1}, fake.Fault{Op: fake.OpCreate, Unreadable: true, Times: 1})
		unlisted, unreadable, third := c.created(), c.created(), c.created()
		c.Expect(c.listed()).To(Equal([]string{unreadable, third}))
		c.Expect([]int{c.get(unlisted).Status, c.get(unreadable).Status, c.get(third).Status}).To(Equal([]int{200, 404, 200}))
	})
	t.Run("about a broker that nobody has", func(t *testing.T) {
		c := call(t, fake.Options{})
		c.Expect(c.server.SetUnlisted("x", true)).To(MatchError(ContainSubstring("not found")))
	})
	t.Run("after a restart, too", func(t *testing.T) {
		options := fake.Options{StateFile: filepath.Join(t.TempDir(), "state.json")}
		c := call(t, options)
		id, other := c.server.Seed(fake.Record{Unreadable: true}), c.created()
		c.Expect(c.server.SetUnlisted(other, true)).To(Succeed())
		again := call(t, options)
		c.Expect(again.listed()).To(Equal([]string{id}))
		c.Expect([]int{again.get(id).Status, again.get(other).Status}).To(Equal([]int{404, 200}))
	})
	t.Run("by the endpoints of the administrator", func(t *testing.T) {
		c := call(t, fake.Options{Admin: true})
		id := c.created()
		for path, status := range map[string]int{"unlisted/": 200, "unreadable/": 404} {
			c.Expect(c.sendSpoilt(http.MethodPut, "/_fake/"+path+id, nil).Status).To(Equal(http.StatusNoContent))
			c.Expect(c.get(id).Status).To(Equal(status))
			c.Expect(c.listed()).To(HaveLen(map[int]int{200: 0, 404: 1}[status]))
			c.Expect(c.sendSpoilt(http.MethodDelete, "/_fake/"+path+id, nil).Status).To(Equal(http.StatusNoContent))
			c.Expect(c.get(id).Status).To(Equal(200))
			c.Expect(c.listed()).To(HaveLen(1))
		}
	})
}

// empty expects an account that looks as if nothing was ever in it.
func empty(c *caller, id string) {
	c.Expect(c.listed()).To(BeEmpty())
	c.Expect(c.send(http.MethodGet, resellersPath, nil).Body).To(Equal("[]"))
	for _, answer := range []reply{c.get(id), c.put(id, body()), c.delete(id), c.send(http.MethodGet, resellersPath+"/"+id, nil), spoiltPost(c, body())} {
		c.Expect(answer.Status).To(Equal(http.StatusNotFound))
	}
}

var outageCases = []settingCase{
	{"emptyAccount", "is an outage that ends", fake.Shapes{}, func(c *caller) {
		id := c.created()
		shapes := c.server.Shapes()
		shapes.EmptyAccount = true
		c.Expect(c.server.SetShapes(shapes)).To(Succeed())
		empty(c, id)
		shapes.EmptyAccount = false
		c.Expect(c.server.SetShapes(shapes)).To(Succeed())
		c.Expect(c.listed()).To(Equal([]string{id}))
		c.Expect(c.get(id).object(c)).To(HaveKeyWithValue("name", "ABCDEF Company"))
	}},
	{"inactiveListed", "keeps an inactive broker in the list", fake.Shapes{DeleteSoft: true, InactiveListed: true}, func(c *caller) {
		id := c.created()
		c.Expect(c.send(http.MethodGet, brokersPath, nil).array(c)[0]).To(HaveKeyWithValue("isActive", true))
		c.Expect(c.delete(id).Status).To(Equal(http.StatusNoContent))
		c.Expect(c.send(http.MethodGet, brokersPath, nil).array(c)[0]).To(HaveKeyWithValue("isActive", false))
		c.Expect(c.get(id).object(c)).To(HaveKeyWithValue("isActive", false))
	}},
}

func TestAnOutageThatLooksLikeAnEmptyAccount(t *testing.T) {
	t.Run("for a time", func(t *testing.T) {
		c := call(t, fake.Options{})
		id := c.created()
		c.inject(fake.Fault{EmptyAccount: true, For: 100 * time.Second})
		empty(c, id)
		c.Expect(c.logInAs(fake.DefaultUsername, fake.DefaultPassword).Status).To(Equal(200))
		c.clock.Pass(100 * time.Second)
		c.Expect(c.listed()).To(Equal([]string{id}))
	})
	t.Run("for some operations, a number of times", func(t *testing.T) {
		c := call(t, fake.Options{})
		id := c.created()
		c.inject(fake.Fault{Op: fake.OpList, EmptyAccount: true, Times: 2})
		c.Expect([]int{len(c.listed()), len(c.listed()), len(c.listed())}).To(Equal([]int{0, 0, 1}))
		c.Expect(c.get(id).Status).To(Equal(200))
	})
	t.Run("in the list's own form", func(t *testing.T) {
		c := call(t, fake.Options{Shapes: fake.Shapes{List: fake.ListItems, PageSize: 2, EmptyAccount: true}})
		c.Expect(c.send(http.MethodGet, brokersPath, nil).object(c)).To(And(HaveKeyWithValue("items", BeEmpty()), HaveKeyWithValue("totalCount", 0.0)))
	})
}

// around is what is inside the envelope of an answer.
func around(c *caller, key string, answer reply) any {
	c.Expect(answer.object(c)).To(And(HaveLen(2), HaveKeyWithValue("success", true), HaveKey(key)))
	return answer.object(c)[key]
}

var memberCases = []settingCase{
	{"envelope", "is none unless told otherwise", fake.Shapes{}, func(c *caller) {
		c.Expect(c.get(c.created()).object(c)).To(HaveKey("name"))
	}},
	{"envelope", "can be around everything", fake.Shapes{Envelope: fake.EnvelopeResult, List: fake.ListItems}, func(c *caller) {
		id := around(c, "result", spoiltPost(c, body())).(map[string]any)["id"].(string)
		path := brokersPath + "/" + id
		c.Expect(c.server.SetServices(id, true)).To(Succeed())
		c.Expect(around(c, "result", c.sendSpoilt(http.MethodGet, path, nil))).To(HaveKeyWithValue("name", "ABCDEF Company"))
		c.Expect(around(c, "result", c.sendSpoilt(http.MethodPut, path, body(with("name", "New"))))).To(HaveKeyWithValue("name", "New"))
		c.Expect(around(c, "result", c.sendSpoilt(http.MethodGet, brokersPath, nil))).To(HaveKeyWithValue("items", HaveLen(1)))
		c.Expect(around(c, "result", c.sendSpoilt(http.MethodGet, resellersPath, nil))).To(HaveKeyWithValue("items", HaveLen(1)))
		c.Expect(around(c, "result", c.sendSpoilt(http.MethodGet, resellersPath+"/"+id, nil))).To(HaveKeyWithValue("id", id))
		c.Expect(c.delete(id)).To(And(HaveField("Status", 204), HaveField("Body", "")))
	}},
	{"envelope", "can be around a bare list and a bare id", fake.Shapes{Envelope: fake.EnvelopeData, CreateAnswer: fake.CreateBareID}, func(c *caller) {
		id := around(c, "data", spoiltPost(c, body()))
		c.Expect(around(c, "data", c.sendSpoilt(http.MethodGet, brokersPath, nil))).To(ConsistOf(HaveKeyWithValue("id", id)))
	}},
	{"envelope", "can be around one broker only", fake.Shapes{Envelope: fake.EnvelopeBroker}, func(c *caller) {
		c.Expect(around(c, "broker", spoiltPost(c, body()))).To(HaveKey("id"))
		c.Expect(c.listed()).To(HaveLen(1))
	}},
	{"nullGroups", "are null, and stay it", fake.Shapes{NullGroups: true}, func(c *caller) {
		id := c.server.Add(fake.Broker{Name: "half"})
		c.Expect(c.sendSpoilt(http.MethodGet, brokersPath+"/"+id, nil).object(c)).To(And(HaveKeyWithValue("contact", BeNil()), HaveKeyWithValue("address", BeNil())))
		whole := c.created()
		c.Expect(c.get(whole).object(c)).To(HaveKeyWithValue("contact", HaveKey("name")))
		hollow := map[string]any{"name": "", "email": nil}
		c.Expect(c.put(whole, body(with("invoiceContact", hollow)))).To(And(HaveField("Status", 400), HaveField("Body", ContainSubstring(`"InvoiceContact":["The InvoiceContact must be null or whole."]`))))
		c.Expect(c.put(whole, body(with("invoiceContact", nil))).Status).To(Equal(200))
	}},
	{"nullGroups", "are off: an empty group is an object", fake.Shapes{}, func(c *caller) {
		c.Expect(c.get(c.server.Add(fake.Broker{Name: "half"})).object(c)).To(HaveKeyWithValue("contact", HaveKeyWithValue("name", BeNil())))
		c.Expect(c.put(c.created(), body(with("invoiceContact", map[string]any{"name": ""}))).Status).To(Equal(200))
	}},
	{"readOnlyMembers", "are shown, and refused when they come back", fake.Shapes{ReadOnlyMembers: []string{"createdDate", "rowVersion"}}, func(c *caller) {
		id := c.created()
		c.Expect(c.get(id).object(c)).To(And(HaveKeyWithValue("createdDate", "2026-01-01T12:00:00Z"), HaveKey("rowVersion")))
		c.Expect(c.put(id, body(with("CreatedDate", "x"))).object(c)).To(Equal(map[string]any{"CreatedDate": []any{"The CreatedDate field is read-only."}}))
		c.Expect(c.post(body(with("rowVersion", 1))).Status).To(Equal(400))
		c.Expect(c.put(id, body()).Status).To(Equal(200))
	}},
	{"requiredMembers", "are shown, and missed in an update", fake.Shapes{RequiredMembers: []string{"id", "rowVersion"}}, func(c *caller) {
		id := c.created()
		c.Expect(c.get(id).object(c)).To(HaveKey("rowVersion"))
		c.Expect(c.put(id, body(with("ID", id))).object(c)).To(Equal(map[string]any{"RowVersion": []any{"The RowVersion field is required."}}))
		c.Expect(c.put(id, body(with("id", id), with("rowVersion", 1))).Status).To(Equal(200))
	}},
}

func TestTheNewPartsOfFaultsInJSON(t *testing.T) {
	g := NewWithT(t)
	text := `{"writes":true,"times":2,"form":"problem","says":"no","field":"Vat","emptyAccount":true,"unlisted":true,"unreadable":true}`
	var fault fake.Fault
	g.Expect(json.Unmarshal([]byte(text), &fault)).To(Succeed())
	g.Expect(fault).To(Equal(fake.Fault{Writes: true, Times: 2, Form: fake.FormProblem, Says: "no", Field: "Vat", EmptyAccount: true, Unlisted: true, Unreadable: true}))
	again, err := json.Marshal(fault)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(again).To(MatchJSON(text))
	server := newServer(t, fake.Options{})
	g.Expect(server.Inject(fake.Fault{Form: "xml"})).To(MatchError(ContainSubstring(`form "xml" is none of`)))
	_, err = fake.New(fake.Options{Shapes: fake.Shapes{Envelope: "d"}})
	g.Expect(err).To(MatchError(ContainSubstring("none, data, result")))
}
