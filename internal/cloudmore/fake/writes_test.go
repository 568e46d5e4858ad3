package fake_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// walk follows the pages of a list by next and returns the ids.
func walk(c *caller, next func(reply) (entries []any, path string)) []string {
	all := []string{}
	for path := brokersPath; path != ""; {
		answer := c.send(http.MethodGet, path, nil)
		c.Expect(answer.Status).To(Equal(http.StatusOK))
		var entries []any
		entries, path = next(answer)
		c.Expect(len(entries)).To(BeNumerically("<=", 2))
		all = append(all, ids(entries)...)
	}
	return all
}

func fiveBrokers(c *caller) []string {
	made := []string{}
	for i := range 5 {
		made = append(made, c.server.Add(portal(fmt.Sprint("b", i))))
	}
	return made
}

var pagingCases = []settingCase{
	{"pageSize", "cuts the list into pages with totals", fake.Shapes{List: fake.ListItems, PageSize: 2}, func(c *caller) {
		made := fiveBrokers(c)
		c.Expect(walk(c, func(r reply) ([]any, string) {
			page := r.object(c)
			c.Expect(page).To(And(HaveKeyWithValue("totalCount", 5.0), HaveKeyWithValue("totalPages", 3.0), HaveKeyWithValue("pageSize", 2.0)))
			if page["page"].(float64) == page["totalPages"].(float64) {
				return page["items"].([]any), ""
			}
			return page["items"].([]any), fmt.Sprint(brokersPath, "?page=", page["page"].(float64)+1)
		})).To(Equal(made))
	}},
	{"announcedMore", "has a list say that there are more brokers than it shows", fake.Shapes{AnnouncedMore: 2}, func(c *caller) {
		made := fiveBrokers(c)
		c.Expect(c.send(http.MethodGet, brokersPath, nil).Header.Get("X-Total-Count")).To(Equal(fmt.Sprint(len(made) + 2)))
	}},
	{"paging", "can be a link in the object", fake.Shapes{List: fake.ListValue, PageSize: 2, Paging: fake.PagingNextLink}, func(c *caller) {
		made := fiveBrokers(c)
		c.Expect(walk(c, func(r reply) ([]any, string) {
			next, _ := r.object(c)["nextLink"].(string)
			return r.object(c)["value"].([]any), strings.TrimPrefix(next, c.base)
		})).To(Equal(made))
	}},
	{"paging", "can be a Link header", fake.Shapes{PageSize: 2, Paging: fake.PagingHeader}, func(c *caller) {
		made := fiveBrokers(c)
		c.Expect(walk(c, func(r reply) ([]any, string) {
			link, _, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Link"), "<"), ">")
			return r.array(c), strings.TrimPrefix(link, c.base)
		})).To(Equal(made))
	}},
	{"paging", "can be told by nothing", fake.Shapes{PageSize: 2, Paging: fake.PagingSilent}, func(c *caller) {
		made := fiveBrokers(c)
		c.Expect(c.listed()).To(Equal(made[:2]))
		c.Expect(ids(c.send(http.MethodGet, brokersPath+"?page=3", nil).array(c))).To(Equal(made[4:]))
		c.Expect(c.send(http.MethodGet, brokersPath+"?page=4", nil).array(c)).To(BeEmpty())
	}},
}

var writeCases = []settingCase{
	{"updateStatus", "is 200 with the broker unless told otherwise", fake.Shapes{}, func(c *caller) {
		answer := c.put(c.created(), body(with("name", "New")))
		c.Expect(answer.Status).To(Equal(http.StatusOK))
		c.Expect(answer.object(c)).To(HaveKeyWithValue("name", "New"))
	}},
	{"updateStatus", "can be 204", fake.Shapes{UpdateStatus: http.StatusNoContent}, func(c *caller) {
		id := c.created()
		c.Expect(c.put(id, body(with("name", "New")))).To(And(HaveField("Status", http.StatusNoContent), HaveField("Body", "")))
		c.Expect(c.get(id).object(c)).To(HaveKeyWithValue("name", "New"))
	}},
	{"updateMerges", "is off: what a PUT does not name is emptied", fake.Shapes{}, func(c *caller) {
		c.Expect(c.put(c.created(), body(without("vat"), without("customProperties"))).object(c)).To(And(
			HaveKeyWithValue("vat", BeNil()), HaveKeyWithValue("customProperties", BeEmpty())))
	}},
	{"updateMerges", "keeps what a PUT does not name", fake.Shapes{UpdateMerges: true}, func(c *caller) {
		id := c.created()
		c.Expect(c.put(id, map[string]any{"contact": map[string]any{"phone": "5550000"}, "invoiceContact": map[string]any{"name": "New"}}).Status).To(Equal(http.StatusOK))
		c.Expect(c.get(id).object(c)).To(And(HaveKeyWithValue("vat", "987654321"),
			HaveKeyWithValue("contact", And(HaveKeyWithValue("phone", "5550000"), HaveKeyWithValue("name", "John"))),
			HaveKeyWithValue("invoiceContact", And(HaveKeyWithValue("name", "New"), HaveKeyWithValue("phone", "53564558")))))
		c.Expect(c.put(id, map[string]any{"invoiceContact": map[string]any{"name": "Refused", "phone": "x"}}).Status).To(Equal(http.StatusBadRequest))
		c.Expect(c.get(id).object(c)).To(HaveKeyWithValue("invoiceContact", HaveKeyWithValue("name", "New")))
	}},
	{"updateLax", "empties required fields that a PUT lacks", fake.Shapes{UpdateLax: true}, func(c *caller) {
		id := c.created()
		c.Expect(c.put(id, map[string]any{"name": "Only"}).object(c)).To(And(HaveKeyWithValue("name", "Only"), HaveKeyWithValue("registrationNumber", BeNil())))
		c.Expect(c.post(map[string]any{"name": "Only"}).Status).To(Equal(http.StatusBadRequest))
	}},
	{"ignoredFields", "are taken and not stored", fake.Shapes{IgnoredFields: []string{"vat", "contact"}}, func(c *caller) {
		id := c.created()
		answer := c.put(id, body(with("vat", "1"), with("name", "New"), within("contact", "name", "Jane")))
		c.Expect(answer.object(c)).To(And(HaveKeyWithValue("vat", "987654321"), HaveKeyWithValue("name", "New"),
			HaveKeyWithValue("contact", HaveKeyWithValue("name", "John"))))
	}},
	{"normalize", "changes the spelling that is stored", fake.Shapes{Normalize: []string{fake.NormalizeVAT, fake.NormalizePhone, fake.NormalizeDomain, fake.NormalizeSpaces}}, func(c *caller) {
		id := c.created(with("vat", "98 76"), with("domain", "ABCDEF.example."), with("name", "  ABCDEF  Company "),
			within("contact", "phone", "535 (645) 58"), within("invoiceContact", "phone", "53-56-45-58"))
		c.Expect(c.get(id).object(c)).To(And(HaveKeyWithValue("vat", "EE9876"), HaveKeyWithValue("domain", "abcdef.example"),
			HaveKeyWithValue("name", "ABCDEF Company"), HaveKeyWithValue("contact", HaveKeyWithValue("phone", "53564558")),
			HaveKeyWithValue("invoiceContact", HaveKeyWithValue("phone", "53564558"))))
		c.Expect(c.put(id, body(with("vat", "fi12"))).object(c)).To(HaveKeyWithValue("vat", "FI12"))
		c.Expect(c.put(id, body(without("vat"))).object(c)).To(HaveKeyWithValue("vat", BeNil()))
	}},
	{"unique", "is off: a second POST makes a second broker", fake.Shapes{}, func(c *caller) {
		c.created()
		c.created()
		c.Expect(c.server.CommittedCreates("123456789", "abcdef.example")).To(Equal(2))
	}},
	{"unique", "refuses a second broker of one identity", fake.Shapes{Unique: true}, func(c *caller) {
		id := c.created()
		c.Expect(c.post(body(with("domain", "ABCDEF.example"))).Status).To(Equal(http.StatusConflict))
		c.Expect(c.put(id, body()).Status).To(Equal(http.StatusOK))
		other := c.created(with("domain", "other.example"))
		c.Expect(c.put(other, body()).Status).To(Equal(http.StatusConflict))
		c.Expect(c.delete(id).Status).To(Equal(http.StatusNoContent))
		c.Expect(c.put(other, body()).Status).To(Equal(http.StatusOK))
	}},
}

var deleteCases = []settingCase{
	{"deleteStatus", "is 204 unless told otherwise, and then 404", fake.Shapes{}, func(c *caller) {
		id := c.created()
		c.Expect(c.delete(id).Status).To(Equal(http.StatusNoContent))
		c.Expect(c.get(id).Status).To(Equal(http.StatusNotFound))
		c.Expect(c.delete(id).Status).To(Equal(http.StatusNotFound))
		c.Expect(c.server.Commits(fake.OpDelete)).To(Equal(1))
	}},
	{"deleteStatus", "can be 202", fake.Shapes{DeleteStatus: http.StatusAccepted}, func(c *caller) {
		c.Expect(c.delete(c.created()).Status).To(Equal(http.StatusAccepted))
	}},
	{"deleteDelay", "keeps a deleted broker readable and listed for a while", fake.Shapes{DeleteDelay: time.Minute}, func(c *caller) {
		id := c.created()
		c.Expect(c.delete(id).Status).To(Equal(http.StatusNoContent))
		c.Expect(c.get(id).Status).To(Equal(http.StatusOK))
		c.Expect(c.listed()).To(Equal([]string{id}))
		c.clock.Pass(30 * time.Second)
		c.Expect(c.delete(id).Status).To(Equal(http.StatusNoContent))
		c.Expect(c.put(id, body(with("name", "New"))).Status).To(Equal(http.StatusOK))
		c.clock.Pass(30 * time.Second)
		c.Expect(c.get(id).Status).To(Equal(http.StatusNotFound))
		c.Expect(c.listed()).To(BeEmpty())
		c.Expect(c.server.Commits(fake.OpDelete)).To(Equal(1))
	}},
	{"deleteSoft", "keeps a deleted broker readable as inactive for good", fake.Shapes{DeleteSoft: true}, func(c *caller) {
		id := c.created()
		c.Expect(c.get(id).object(c)).To(HaveKeyWithValue("isActive", true))
		c.Expect(c.delete(id).Status).To(Equal(http.StatusNoContent))
		c.Expect(c.get(id).object(c)).To(HaveKeyWithValue("isActive", false))
		c.Expect(c.listed()).To(BeEmpty())
		c.Expect(c.delete(id).Status).To(Equal(http.StatusNoContent))
		c.Expect(c.put(id, body()).Status).To(Equal(http.StatusBadRequest))
		c.Expect(c.server.Live()).To(BeEmpty())
	}},
	{"deleteNeedsNoUsers", "is off: activated services hold no delete", fake.Shapes{}, func(c *caller) {
		id := c.created()
		c.Expect(c.server.SetServices(id, true)).To(Succeed())
		c.Expect(c.delete(id).Status).To(Equal(http.StatusNoContent))
	}},
	{"deleteNeedsNoUsers", "refuses the delete while services are activated", fake.Shapes{DeleteNeedsNoUsers: true}, func(c *caller) {
		id := c.created()
		c.Expect(c.server.SetServices(id, true)).To(Succeed())
		c.Expect(c.delete(id)).To(And(HaveField("Status", http.StatusBadRequest), HaveField("Body", ContainSubstring("activated services"))))
		c.Expect(c.server.SetServices(id, false)).To(Succeed())
		c.Expect(c.delete(id).Status).To(Equal(http.StatusNoContent))
	}},
}

func TestWritesAreValidated(t *testing.T) {
	const required = "field is required."
	for sentence, row := range map[string]struct {
		change  func(map[string]any)
		path    string // of the model state; empty: the refusal is a list
		message string
	}{
		"a required field is missing":              {without("registrationNumber"), "RegistrationNumber", required},
		"a required field is empty":                {with("notificationEmail", ""), "NotificationEmail", required},
		"the contact is missing":                   {without("contact"), "Contact.JobTitle", required},
		"the address lacks its country":            {with("address", map[string]any{"city": "Tallinn"}), "Address.CountryCode", required},
		"a phone number is too short":              {within("contact", "phone", "12"), "Contact.Phone", "Phone number is not in valid format."},
		"a prefix has a plus":                      {within("contact", "cellPhonePrefix", "+372"), "Contact.CellPhonePrefix", "Phone prefix is not in valid format."},
		"an email is none":                         {with("supportEmail", "nobody"), "SupportEmail", "Email is not in valid format."},
		"the invoice contact's phone is no number": {within("invoiceContact", "phone", "call me"), "InvoiceContact.Phone", "Phone number is not in valid format."},
		"a country is none":                        {within("address", "countryCode", "EST"), "Address.CountryCode", "Country code is not in valid format."},
		"a property lacks its id":                  {with("customProperties", []any{map[string]any{"value": "x"}}), "CustomProperties[0].Id", required},
		"a field has another type":                 {within("contact", "phone", 53564558), "Contact.Phone", "is not valid"},
		"the domain is none":                       {with("domain", "abc"), "", "Invalid domain/website:abc"},
		"the domain is a URL":                      {with("domain", "https://abcdef.example"), "", "Invalid domain/website:https://abcdef.example"},
	} {
		t.Run(sentence, func(t *testing.T) {
			c := call(t, fake.Options{})
			id := c.server.Add(portal("before"))
			for _, answer := range []reply{c.post(body(row.change)), c.put(id, body(row.change))} {
				c.Expect(answer.Status).To(Equal(http.StatusBadRequest))
				if row.path == "" {
					c.Expect(answer.array(c)).To(ConsistOf(Equal(map[string]any{"errorCode": 5.0, "errorName": "InvalidValue", "errorMessage": row.message})))
					continue
				}
				c.Expect(answer.object(c)).To(HaveKeyWithValue(row.path, ConsistOf(ContainSubstring(row.message))))
			}
			c.Expect(c.server.Commits(fake.OpCreate) + c.server.Commits(fake.OpUpdate)).To(BeZero())
		})
	}
	t.Run("all faults of the model are said at once", func(t *testing.T) {
		c := call(t, fake.Options{})
		c.Expect(c.post(body(without("name"), within("contact", "phone", "1"))).object(c)).To(And(HaveLen(2), HaveKey("Name"), HaveKey("Contact.Phone")))
	})
	t.Run("a body that is no JSON is refused", func(t *testing.T) {
		c := call(t, fake.Options{})
		c.Expect(c.post("{").Status).To(Equal(http.StatusBadRequest))
		c.Expect(c.post("{").object(c)).To(HaveKey(""))
	})
}
