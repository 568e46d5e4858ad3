package fake_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// ask calls an admin endpoint, which needs no token and is no part of the API.
func (c *caller) ask(method, path string, body any) reply {
	client := &http.Client{Transport: c.server.RoundTripper()}
	return (&caller{GomegaWithT: c.GomegaWithT, client: client, base: c.base}).do(c.request(context.Background(), method, "/_fake/"+path, body))
}

func administered(t *testing.T) *caller {
	t.Helper()
	return call(t, fake.Options{Admin: true})
}

func TestAdmin(t *testing.T) {
	t.Run("is off unless asked for", func(t *testing.T) {
		c := call(t, fake.Options{})
		c.Expect(c.ask(http.MethodGet, "history", nil).Status).To(Equal(http.StatusNotFound))
	})
	t.Run("shows history and counters, without its own requests", func(t *testing.T) {
		c := administered(t)
		id := c.created()
		c.get(id)
		var shown []fake.Exchange
		c.Expect(json.Unmarshal([]byte(c.ask(http.MethodGet, "history?since=1&op=create", nil).Body), &shown)).To(Succeed())
		c.Expect(shown).To(ConsistOf(And(HaveField("Broker", id), HaveField("Committed", true))))
		c.Expect(c.ask(http.MethodGet, "counters", nil).object(c)).To(HaveKeyWithValue("get", HaveKeyWithValue("calls", 1.0)))
		c.Expect(c.server.History()).To(HaveLen(3))
		c.Expect(c.ask(http.MethodDelete, "history", nil).Status).To(Equal(http.StatusNoContent))
		c.Expect(c.server.History()).To(BeEmpty())
	})
	t.Run("sets, adds, shows and removes faults", func(t *testing.T) {
		c := administered(t)
		c.Expect(c.ask(http.MethodPut, "faults", `[{"op":"get","status":503,"retryAfter":"30s"}]`).Status).To(Equal(http.StatusNoContent))
		c.Expect(c.ask(http.MethodPost, "faults", `{"op":"list","list":"empty"}`).Status).To(Equal(http.StatusNoContent))
		c.Expect(c.server.Faults()).To(Equal([]fake.Fault{{Op: fake.OpGet, Status: 503, RetryAfter: 30 * time.Second}, {Op: fake.OpList, List: fake.ListEmpty}}))
		c.Expect(c.ask(http.MethodGet, "faults", nil).array(c)).To(HaveLen(2))
		c.Expect(c.ask(http.MethodPut, "faults", `[]`).Status).To(Equal(http.StatusNoContent))
		c.Expect(c.server.Faults()).To(BeEmpty())
		c.Expect(c.ask(http.MethodPost, "faults", `{"op":"post"}`)).To(And(HaveField("Status", 400), HaveField("Body", ContainSubstring("none of"))))
		c.Expect(c.ask(http.MethodPost, "faults", `{`).Status).To(Equal(http.StatusBadRequest))
		c.Expect(c.ask(http.MethodPut, "faults", `{`).Status).To(Equal(http.StatusBadRequest))
		c.inject(fake.Fault{Status: 500})
		c.Expect(c.ask(http.MethodDelete, "faults", nil).Status).To(Equal(http.StatusNoContent))
		c.Expect(c.server.Faults()).To(BeEmpty())
	})
	t.Run("shows and changes settings", func(t *testing.T) {
		c := administered(t)
		c.Expect(c.ask(http.MethodPut, "settings", `{"listLag":"30s","rateLimit":5}`).Status).To(Equal(http.StatusNoContent))
		c.Expect(c.server.Shapes()).To(And(HaveField("ListLag", 30*time.Second), HaveField("IDs", fake.IDGUID)))
		c.Expect(c.ask(http.MethodGet, "settings", nil).object(c)).To(HaveKeyWithValue("listLag", "30s"))
		c.Expect(c.ask(http.MethodPut, "settings", `{"ids":"uuid"}`)).To(And(HaveField("Status", 400), HaveField("Body", ContainSubstring("none of guid, integer"))))
		c.Expect(c.ask(http.MethodPut, "settings", `{"lag":"1s"}`).Body).To(ContainSubstring("setting lag: unknown"))
	})
	t.Run("makes, shows, edits and removes brokers", func(t *testing.T) {
		c := administered(t)
		id := c.ask(http.MethodPost, "brokers", `{"name":"Portal"}`).object(c)["id"].(string)
		c.Expect(c.ask(http.MethodPatch, "brokers/"+id, `{"vat":"EE1","contact":{"name":"Jane"}}`).Status).To(Equal(http.StatusNoContent))
		c.Expect(c.ask(http.MethodGet, "brokers/"+id, nil).object(c)).To(HaveKeyWithValue("broker", And(
			HaveKeyWithValue("name", "Portal"), HaveKeyWithValue("vat", "EE1"), HaveKeyWithValue("contact", HaveKeyWithValue("name", "Jane")))))
		c.Expect(c.ask(http.MethodPut, "services/"+id, nil).Status).To(Equal(http.StatusNoContent))
		c.Expect(c.server.Live()).To(ConsistOf(HaveField("ServicesActivated", true)))
		c.Expect(c.ask(http.MethodDelete, "services/"+id, nil).Status).To(Equal(http.StatusNoContent))
		c.Expect(c.server.Live()).To(ConsistOf(HaveField("ServicesActivated", false)))
		c.Expect(c.ask(http.MethodDelete, "brokers/"+id+"?soft=true", nil).Status).To(Equal(http.StatusNoContent))
		c.Expect(c.ask(http.MethodGet, "brokers", nil).array(c)).To(ConsistOf(HaveKeyWithValue("state", "inactive")))
		c.Expect(c.ask(http.MethodDelete, "brokers/"+id, nil).Status).To(Equal(http.StatusNoContent))
		c.Expect(c.server.Live()).To(BeEmpty())
		c.Expect(c.ask(http.MethodPost, "brokers?foreign=true", `{"name":"Stranger"}`).object(c)).To(HaveKeyWithValue("foreign", true))
	})
	t.Run("says what it cannot do", func(t *testing.T) {
		c := administered(t)
		id := c.server.Add(portal("b"))
		c.Expect(c.ask(http.MethodGet, "brokers/nobody", nil).Status).To(Equal(http.StatusNotFound))
		c.Expect(c.ask(http.MethodPatch, "brokers/nobody", `{}`).Status).To(Equal(http.StatusBadRequest))
		c.Expect(c.ask(http.MethodPatch, "brokers/"+id, `{"vat":1}`).Status).To(Equal(http.StatusBadRequest))
		c.Expect(c.ask(http.MethodPatch, "brokers/"+id, `{`).Status).To(Equal(http.StatusBadRequest))
		c.Expect(c.ask(http.MethodPost, "brokers", `[]`).Status).To(Equal(http.StatusBadRequest))
		c.Expect(c.ask(http.MethodPut, "users", `[]`).Status).To(Equal(http.StatusBadRequest))
	})
	t.Run("revokes tokens and sets users", func(t *testing.T) {
		c := administered(t)
		c.Expect(c.ask(http.MethodDelete, "tokens", nil).Status).To(Equal(http.StatusNoContent))
		c.Expect(c.get("1").Status).To(Equal(http.StatusUnauthorized))
		c.Expect(c.ask(http.MethodPut, "users", `{"username":"reader","password":"p","access":"read"}`).Status).To(Equal(http.StatusNoContent))
		c.Expect(c.logInAs("reader", "p").Status).To(Equal(http.StatusOK))
	})
}
