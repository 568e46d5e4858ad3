package fake_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

var accessCases = []settingCase{
	{"foreignGet", "shows ServiceBrokers with a mark, but nobody may write them", fake.Shapes{}, func(c *caller) {
		id := c.server.AddForeign(portal("stranger"))
		c.Expect(c.listed()).To(Equal([]string{id}))
		c.Expect(c.get(id).object(c)).To(HaveKeyWithValue("isServiceBroker", true))
		c.Expect(c.put(id, body()).Status).To(Equal(http.StatusForbidden))
		c.Expect(c.delete(id).Status).To(Equal(http.StatusForbidden))
		c.Expect(c.server.Live()).To(BeEmpty())
	}},
	{"foreignGet", "can be 404", fake.Shapes{ForeignGet: fake.ForeignNotFound}, func(c *caller) {
		c.Expect(c.get(c.server.AddForeign(portal("stranger"))).Status).To(Equal(http.StatusNotFound))
	}},
	{"foreignGet", "can be 403", fake.Shapes{ForeignGet: fake.ForeignForbidden}, func(c *caller) {
		c.Expect(c.get(c.server.AddForeign(portal("stranger"))).Status).To(Equal(http.StatusForbidden))
	}},
	{"foreignMark", "can be text, a number, or a type", fake.Shapes{ForeignMark: fake.ForeignText}, func(c *caller) {
		id := c.server.AddForeign(portal("stranger"))
		c.Expect(c.get(id).object(c)).To(HaveKeyWithValue("isServiceBroker", "True"))
		shapes := c.server.Shapes()
		shapes.ForeignMark = fake.ForeignNumber
		c.Expect(c.server.SetShapes(shapes)).To(Succeed())
		c.Expect(c.get(id).object(c)).To(HaveKeyWithValue("isServiceBroker", 1.0))
		shapes.ForeignMark = fake.ForeignKind
		c.Expect(c.server.SetShapes(shapes)).To(Succeed())
		c.Expect(c.get(id).object(c)).To(HaveKeyWithValue("type", "ServiceBroker"))
	}},
	{"foreignMarkedIn", "can be lists alone", fake.Shapes{ForeignMarkedIn: fake.ForeignInLists, ListFields: []string{"name"}}, func(c *caller) {
		id := c.server.AddForeign(portal("stranger"))
		c.Expect(c.get(id).object(c)).NotTo(HaveKey("isServiceBroker"))
		c.Expect(c.send(http.MethodGet, brokersPath, nil).array(c)[0]).To(HaveKeyWithValue("isServiceBroker", true))
	}},
	{"foreignMarkedIn", "can be details alone", fake.Shapes{ForeignMarkedIn: fake.ForeignInDetails, ListContent: fake.ListDetail}, func(c *caller) {
		id := c.server.AddForeign(portal("stranger"))
		c.Expect(c.get(id).object(c)).To(HaveKeyWithValue("isServiceBroker", true))
		c.Expect(c.send(http.MethodGet, brokersPath, nil).array(c)[0]).NotTo(HaveKey("isServiceBroker"))
	}},
	{"wrongSellerStatus", "is 404 unless told otherwise, lists included", fake.Shapes{}, func(c *caller) {
		c.Expect(c.send(http.MethodGet, "/api/sellers/other/brokers", nil).Status).To(Equal(http.StatusNotFound))
		c.Expect(c.send(http.MethodGet, "/api/sellers/other/resellers", nil).Status).To(Equal(http.StatusNotFound))
		c.Expect(c.send(http.MethodPost, "/api/sellers/other/brokers", body()).Status).To(Equal(http.StatusNotFound))
	}},
	{"wrongSellerStatus", "can be 403", fake.Shapes{WrongSellerStatus: http.StatusForbidden}, func(c *caller) {
		c.Expect(c.send(http.MethodGet, "/api/sellers/other/brokers", nil).Status).To(Equal(http.StatusForbidden))
	}},
	{"readOnly", "refuses writes and answers reads", fake.Shapes{ReadOnly: true}, func(c *caller) {
		id := c.server.Add(portal("b"))
		c.Expect(c.post(body()).Status).To(Equal(http.StatusForbidden))
		c.Expect(c.put(id, body()).Status).To(Equal(http.StatusForbidden))
		c.Expect(c.delete(id).Status).To(Equal(http.StatusForbidden))
		c.Expect(c.get(id).Status).To(Equal(http.StatusOK))
	}},
	{"errorBody", "names an unknown broker unless told otherwise", fake.Shapes{}, func(c *caller) {
		c.Expect(c.get("nobody").array(c)).To(ConsistOf(HaveKeyWithValue("errorMessage", "Broker not found:nobody")))
	}},
	{"errorBody", "can be empty", fake.Shapes{ErrorBody: fake.ErrorEmpty}, func(c *caller) {
		c.Expect(c.get("nobody")).To(And(HaveField("Status", http.StatusNotFound), HaveField("Body", "")))
		c.Expect(c.post(body(with("domain", "x"))).Body).To(ContainSubstring("Invalid domain"))
	}},
	{"tokenLifetime", "is told in seconds and ends the token", fake.Shapes{TokenLifetime: time.Hour}, func(c *caller) {
		c.Expect(c.logInAs(fake.DefaultUsername, fake.DefaultPassword).object(c)).To(HaveKeyWithValue("expires_in", 3600.0))
		c.clock.Pass(time.Hour - 1)
		c.Expect(c.listed()).To(BeEmpty())
		c.clock.Pass(1)
		c.Expect(c.send(http.MethodGet, brokersPath, nil).Status).To(Equal(http.StatusUnauthorized))
	}},
	{"refusedLoginStatus", "is 400 unless told otherwise", fake.Shapes{}, func(c *caller) {
		c.Expect(c.logInAs(fake.DefaultUsername, "wrong")).To(HaveField("Status", http.StatusBadRequest))
	}},
	{"refusedLoginStatus", "can be 401", fake.Shapes{RefusedLoginStatus: http.StatusUnauthorized}, func(c *caller) {
		c.Expect(c.logInAs(fake.DefaultUsername, "wrong")).To(HaveField("Status", http.StatusUnauthorized))
	}},
	{"lockAfter", "locks a user after wrong passwords in a row", fake.Shapes{LockAfter: 2}, func(c *caller) {
		c.logInAs(fake.DefaultUsername, "wrong")
		c.Expect(c.logInAs(fake.DefaultUsername, fake.DefaultPassword).Status).To(Equal(http.StatusOK))
		c.logInAs(fake.DefaultUsername, "wrong")
		c.Expect(c.server.Locked(fake.DefaultUsername)).To(BeFalse())
		c.logInAs(fake.DefaultUsername, "wrong")
		c.Expect(c.server.Locked(fake.DefaultUsername)).To(BeTrue())
		c.Expect(c.logInAs(fake.DefaultUsername, fake.DefaultPassword).Body).To(ContainSubstring("locked"))
		c.server.SetUser(fake.User{Username: fake.DefaultUsername, Password: "new"})
		c.Expect(c.logInAs(fake.DefaultUsername, "new").Status).To(Equal(http.StatusOK))
	}},
	{"latency", "is what every call takes", fake.Shapes{Latency: 50 * time.Millisecond}, func(c *caller) {
		before := c.clock.Now()
		c.listed()
		c.Expect(c.clock.Now().Sub(before)).To(Equal(50 * time.Millisecond))
	}},
	{"rateLimit", "answers 429 above it, and recovers", fake.Shapes{RateLimit: 2}, func(c *caller) {
		c.listed() // the login was the first
		c.Expect(c.post(body())).To(And(HaveField("Status", http.StatusTooManyRequests), HaveField("Header", HaveKeyWithValue("Retry-After", []string{"1"}))))
		c.Expect(c.server.Commits(fake.OpCreate)).To(BeZero())
		c.clock.Pass(time.Second)
		c.created()
	}},
}

func TestLogin(t *testing.T) {
	const form = "grant_type=password&scope=api&username=" + fake.DefaultUsername + "&password=" + fake.DefaultPassword
	for sentence, row := range map[string]struct{ client, secret, form, refusal string }{
		"takes the documented request":       {fake.DefaultClientID, fake.DefaultClientSecret, form, ""},
		"takes a form-encoded client secret": {fake.DefaultClientID, "demo%2Dsecret", form, ""},
		"refuses another client":             {"other", fake.DefaultClientSecret, form, "invalid_client"},
		"refuses a wrong client secret":      {fake.DefaultClientID, "wrong", form, "invalid_client"},
		"refuses a wrong password":           {fake.DefaultClientID, fake.DefaultClientSecret, form + "x", "invalid_grant"},
		"refuses an unknown user":            {fake.DefaultClientID, fake.DefaultClientSecret, strings.Replace(form, "api@", "other@", 1), "invalid_grant"},
		"refuses another grant":              {fake.DefaultClientID, fake.DefaultClientSecret, strings.Replace(form, "=password", "=client_credentials", 1), "unsupported_grant_type"},
		"refuses another scope":              {fake.DefaultClientID, fake.DefaultClientSecret, strings.Replace(form, "scope=api", "scope=all", 1), "invalid_scope"},
		"refuses a body that is not a form":  {fake.DefaultClientID, fake.DefaultClientSecret, "%zz", "invalid_request"},
	} {
		t.Run(sentence, func(t *testing.T) {
			c := call(t, fake.Options{})
			before := c.server.Counters()[fake.OpToken]
			answer := c.tokenRequest(row.client, row.secret, row.form)
			after := c.server.Counters()[fake.OpToken]
			if row.refusal == "" {
				c.Expect(answer.Status).To(Equal(http.StatusOK))
				c.Expect(after.Committed).To(Equal(before.Committed + 1))
				return
			}
			c.Expect(answer.object(c)).To(HaveKeyWithValue("error", row.refusal))
			c.Expect(after.Refused).To(Equal(before.Refused + 1))
		})
	}
	t.Run("gives a token that looks like a JWT of the user", func(t *testing.T) {
		c := call(t, fake.Options{})
		parts := strings.Split(c.token, ".")
		c.Expect(parts).To(HaveLen(3))
		claims, err := base64.RawURLEncoding.DecodeString(parts[1])
		c.Expect(err).NotTo(HaveOccurred())
		c.Expect(claims).To(ContainSubstring(`"sub":"api@seller.example"`))
	})
	t.Run("leaves no password or secret in the history", func(t *testing.T) {
		c := call(t, fake.Options{})
		logins := c.server.History()
		c.Expect(logins).To(HaveLen(1))
		c.Expect(logins[0]).To(And(HaveField("Principal", fake.DefaultUsername), HaveField("Body", BeNil()), HaveField("Header", Not(HaveKey("Authorization")))))
	})
}

func TestAccess(t *testing.T) {
	t.Run("needs a token that is known", func(t *testing.T) {
		c := call(t, fake.Options{})
		c.token = "made.up.token"
		answer := c.send(http.MethodGet, brokersPath, nil)
		c.Expect(answer).To(And(HaveField("Status", http.StatusUnauthorized), HaveField("Header", HaveKey("Www-Authenticate"))))
	})
	t.Run("ends when tokens are revoked", func(t *testing.T) {
		c := call(t, fake.Options{})
		c.server.RevokeTokens()
		c.Expect(c.send(http.MethodGet, brokersPath, nil).Status).To(Equal(http.StatusUnauthorized))
		c.login()
		c.Expect(c.listed()).To(BeEmpty())
	})
	t.Run("is what each user's role says", func(t *testing.T) {
		c := call(t, fake.Options{})
		c.server.SetUser(fake.User{Username: "reader", Password: "p", Access: fake.AccessRead})
		c.server.SetUser(fake.User{Username: "stranger", Password: "p", Access: fake.AccessNone})
		c.token = c.logInAs("reader", "p").object(c)["access_token"].(string)
		c.Expect(c.listed()).To(BeEmpty())
		c.Expect(c.post(body()).Status).To(Equal(http.StatusForbidden))
		c.token = c.logInAs("stranger", "p").object(c)["access_token"].(string)
		c.Expect(c.send(http.MethodGet, brokersPath, nil).Status).To(Equal(http.StatusNotFound))
	})
	t.Run("takes the seller id in any case", func(t *testing.T) {
		c := call(t, fake.Options{})
		c.Expect(c.send(http.MethodGet, strings.ReplaceAll(brokersPath, fake.DefaultSellerID, strings.ToUpper(fake.DefaultSellerID)), nil).Status).To(Equal(http.StatusOK))
	})
	t.Run("answers 405 to a wrong method and 404 to an unknown path", func(t *testing.T) {
		c := call(t, fake.Options{})
		answer := c.send(http.MethodPatch, brokersPath+"/1", nil)
		c.Expect(answer).To(And(HaveField("Status", http.StatusMethodNotAllowed), HaveField("Header", HaveKeyWithValue("Allow", []string{"GET, PUT, DELETE"}))))
		c.Expect(c.send(http.MethodGet, "/api/sellers", nil).Status).To(Equal(http.StatusNotFound))
		c.Expect(c.send(http.MethodGet, "/api/sellers/x/services", nil).Status).To(Equal(http.StatusNotFound))
		c.Expect(c.server.Calls(fake.OpUnknown)).To(Equal(3))
	})
	t.Run("takes an escaped id as one id", func(t *testing.T) {
		c := call(t, fake.Options{})
		c.Expect(c.get("a%2Fb").Body).To(ContainSubstring("Broker not found:a/b"))
	})
}

func TestResellers(t *testing.T) {
	c := call(t, fake.Options{})
	idle, active := c.server.Add(portal("idle")), c.server.Add(portal("active"))
	c.Expect(c.server.SetServices(active, true)).To(Succeed())
	t.Run("are listed when they have activated services", func(t *testing.T) {
		g := NewWithT(t)
		g.Expect(ids(c.send(http.MethodGet, resellersPath, nil).array(c))).To(Equal([]string{active}))
	})
	t.Run("are found one by one, others are not", func(t *testing.T) {
		g := NewWithT(t)
		g.Expect(c.send(http.MethodGet, resellersPath+"/"+active, nil).object(c)).To(HaveKeyWithValue("name", "active"))
		g.Expect(c.send(http.MethodGet, resellersPath+"/"+idle, nil).Status).To(Equal(http.StatusNotFound))
	})
}
