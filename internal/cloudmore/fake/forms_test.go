package fake_test

import (
	"fmt"
	"net/http"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// told is what each form makes of "no" about Contact.Phone, and of "no" alone.
var told = map[fake.Form]struct{ kind, aboutField, alone string }{
	fake.FormList:       {"application/json; charset=utf-8", `[{"errorCode":7,"errorName":"AlreadyExists","errorMessage":"'Contact.Phone': no"}]`, `[{"errorCode":7,"errorName":"AlreadyExists","errorMessage":"no"}]`},
	fake.FormModelState: {"application/json; charset=utf-8", `{"Contact.Phone":["no"]}`, `{"":["no"]}`},
	fake.FormProblem: {"application/problem+json; charset=utf-8", `{"errors":{"Contact.Phone":["no"]},"status":409,"title":"Conflict","traceId":"00-0-0-00","type":"about:blank"}`,
		`{"detail":"no","status":409,"title":"Conflict","traceId":"00-0-0-00","type":"about:blank"}`},
	fake.FormMessage: {"application/json; charset=utf-8", `{"message":"'Contact.Phone': no"}`, `{"message":"no"}`},
	fake.FormErrors:  {"application/json; charset=utf-8", `{"errors":[{"field":"Contact.Phone","message":"no"}]}`, `{"errors":[{"message":"no"}]}`},
	fake.FormText:    {"text/plain; charset=utf-8", `'Contact.Phone': no`, `no`},
	fake.FormHTML:    {"text/html; charset=utf-8", "<title>&#39;Contact.Phone&#39;: no</title>", "<title>no</title>"},
	fake.FormEmpty:   {"", "", ""},
	fake.FormDenial:  {"application/json; charset=utf-8", `{"data":null,"message":"'Contact.Phone': no","success":false}`, `{"data":null,"message":"no","success":false}`},
}

func TestFaultsRefuseInEveryForm(t *testing.T) {
	for _, form := range fake.Forms {
		want, known := told[form]
		if !known {
			t.Errorf("the form %s has no row", form)
		}
		onBoth(t, "with the form "+string(form), func(c *caller) {
			c.inject(fake.Fault{Op: fake.OpCreate, Status: 409, Form: form, Says: "no", Field: "Contact.Phone", Times: 1}, fake.Fault{Status: 409, Form: form, Says: "no"})
			about := c.sendSpoilt(http.MethodPost, brokersPath, body())
			c.Expect(about).To(And(HaveField("Status", 409), HaveField("Body", ContainSubstring(want.aboutField))))
			c.Expect(about.Header.Get("Content-Type")).To(Equal(want.kind))
			c.Expect(c.sendSpoilt(http.MethodGet, brokersPath, nil).Body).To(ContainSubstring(want.alone))
			c.Expect(c.server.Brokers()).To(BeEmpty())
		})
	}
	onBoth(t, "with the usual words, and 400, where they have none", func(c *caller) {
		c.inject(fake.Fault{Form: fake.FormMessage, Times: 1}, fake.Fault{Form: fake.FormDenial, Times: 1}, fake.Fault{Status: 200, Form: fake.FormHTML, Times: 1}, fake.Fault{Says: "no"})
		c.Expect(c.sendSpoilt(http.MethodGet, brokersPath, nil)).To(And(HaveField("Status", 400), HaveField("Body", `{"message":"The request is not valid"}`)))
		c.Expect(c.sendSpoilt(http.MethodGet, brokersPath, nil)).To(And(HaveField("Status", 200), HaveField("Body", ContainSubstring(`"success":false`))))
		c.Expect(c.sendSpoilt(http.MethodGet, brokersPath, nil)).To(And(HaveField("Status", 200), HaveField("Body", ContainSubstring("<title>Down for maintenance</title>"))))
		c.Expect(c.sendSpoilt(http.MethodGet, brokersPath, nil)).To(And(HaveField("Status", 400), HaveField("Body", ContainSubstring(`"errorMessage":"no"`))))
	})
}

func TestRefusalsWithAndWithoutEffect(t *testing.T) {
	for _, commit := range []fake.Commit{"", fake.CommitNo, fake.CommitYes} {
		onBoth(t, fmt.Sprintf("when commit is %q", commit), func(c *caller) {
			id, gone := c.created(), c.created()
			brokers, name, status := 2, "ABCDEF Company", http.StatusOK
			if commit == fake.CommitYes {
				brokers, name, status = 3, "New", http.StatusNotFound
			}
			c.inject(fake.Fault{Writes: true, Status: 422, Form: fake.FormText, Commit: commit})
			for _, answer := range []reply{
				c.sendSpoilt(http.MethodPost, brokersPath, body(with("name", "Made"))),
				c.sendSpoilt(http.MethodPut, brokersPath+"/"+id, body(with("name", "New"))),
				c.sendSpoilt(http.MethodDelete, brokersPath+"/"+gone, nil),
			} {
				c.Expect(answer.Status).To(Equal(422))
			}
			c.Expect(c.server.Brokers()).To(HaveLen(brokers))
			c.Expect(c.get(id).object(c)).To(HaveKeyWithValue("name", name))
			c.Expect(c.get(gone).Status).To(Equal(status))
		})
	}
}

func TestFaultsStrikeWritesOnly(t *testing.T) {
	for _, status := range []int{401, 404} {
		onBoth(t, http.StatusText(status), func(c *caller) {
			id := c.created()
			c.inject(fake.Fault{Writes: true, Status: status, Nth: 2, Times: 2})
			c.Expect(c.post(body()).Status).To(Equal(http.StatusCreated))
			c.Expect(c.put(id, body()).Status).To(Equal(status))
			c.Expect(c.get(id).Status).To(Equal(http.StatusOK))
			c.Expect(c.delete(id).Status).To(Equal(status))
			c.Expect(c.put(id, body()).Status).To(Equal(http.StatusOK))
		})
	}
}

func spoiltPost(c *caller, b map[string]any) reply {
	return c.sendSpoilt(http.MethodPost, brokersPath, b)
}

var refusalCases = []settingCase{
	{"invalidBody", "is a model state or a list unless told otherwise", fake.Shapes{}, func(c *caller) {
		c.Expect(c.post(body(without("name"))).Body).To(Equal(`{"Name":["The Name field is required."]}`))
		c.Expect(c.post(body(with("domain", "abc"))).Body).To(HavePrefix(`[{"errorCode":5,`))
	}},
	{"invalidBody", "can be problem details", fake.Shapes{InvalidBody: fake.ErrorProblem}, func(c *caller) {
		c.Expect(spoiltPost(c, body(without("name"))).object(c)).To(HaveKeyWithValue("errors", HaveKey("Name")))
		c.Expect(spoiltPost(c, body(with("domain", "abc"))).object(c)).To(HaveKeyWithValue("detail", "Invalid domain/website:abc"))
	}},
	{"invalidBody", "can be a message, and says nothing of other statuses", fake.Shapes{InvalidBody: fake.ErrorMessage, Unique: true}, func(c *caller) {
		c.created()
		c.Expect(spoiltPost(c, body(without("name"))).object(c)).To(HaveKeyWithValue("message", "'Name': The Name field is required."))
		c.Expect(spoiltPost(c, body()).Body).To(HavePrefix(`[{"errorCode":7,`))
	}},
	{"invalidBody", "can be empty", fake.Shapes{InvalidBody: fake.ErrorEmpty}, func(c *caller) {
		c.Expect(spoiltPost(c, body(without("name")))).To(And(HaveField("Status", 400), HaveField("Body", "")))
	}},
	{"errorBody", "can be a page", fake.Shapes{ErrorBody: fake.ErrorHTML}, func(c *caller) {
		answer := c.sendSpoilt(http.MethodGet, brokersPath+"/nobody", nil)
		c.Expect(answer.Header.Get("Content-Type")).To(HavePrefix("text/html"))
		c.Expect(answer.Body).To(ContainSubstring("<title>Broker not found:nobody</title>"))
	}},
	{"uniqueStatus", "is 409 unless told otherwise", fake.Shapes{Unique: true}, func(c *caller) {
		c.created()
		c.Expect(spoiltPost(c, body()).Status).To(Equal(409))
	}},
	{"uniqueStatus", "can be 422", fake.Shapes{Unique: true, UniqueStatus: 422}, func(c *caller) {
		c.created()
		c.Expect(spoiltPost(c, body())).To(And(HaveField("Status", 422), HaveField("Body", ContainSubstring("The resource exists already"))))
	}},
	{"inUseStatus", "can be 409", fake.Shapes{DeleteNeedsNoUsers: true, InUseStatus: 409}, func(c *caller) {
		id := c.created()
		c.Expect(c.server.SetServices(id, true)).To(Succeed())
		c.Expect(c.sendSpoilt(http.MethodDelete, brokersPath+"/"+id, nil)).To(And(HaveField("Status", 409), HaveField("Body", ContainSubstring("services"))))
	}},
	{"readOnlyStatus", "can be 401, for writes only", fake.Shapes{ReadOnly: true, ReadOnlyStatus: 401}, func(c *caller) {
		c.Expect(c.post(body()).Status).To(Equal(401))
		c.Expect(c.listed()).To(BeEmpty())
	}},
	{"readOnlyStatus", "can be 404", fake.Shapes{ReadOnly: true, ReadOnlyStatus: 404}, func(c *caller) {
		c.Expect(spoiltPost(c, body()).Status).To(Equal(404))
	}},
}
