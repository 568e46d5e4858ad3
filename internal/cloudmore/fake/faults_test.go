package fake_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// onBoth runs a test in process and on a socket: a fault looks the same on both.
func onBoth(t *testing.T, sentence string, run func(c *caller)) {
	t.Helper()
	t.Run(sentence+" (in process)", func(t *testing.T) { run(call(t, fake.Options{})) })
	t.Run(sentence+" (on a socket)", func(t *testing.T) { run(callOnSocket(t, fake.Options{})) })
}

func (c *caller) inject(faults ...fake.Fault) { c.Expect(c.server.Inject(faults...)).To(Succeed()) }

func TestFaultsReplaceTheAnswer(t *testing.T) {
	for _, status := range []int{400, 401, 403, 404, 405, 408, 409, 425, 429, 500, 501, 502, 503, 504} {
		onBoth(t, "with status "+http.StatusText(status)+", and nothing is committed", func(c *caller) {
			c.inject(fake.Fault{Op: fake.OpCreate, Status: status, Times: 1})
			c.Expect(c.sendSpoilt(http.MethodPost, brokersPath, body()).Status).To(Equal(status))
			c.Expect(c.server.Brokers()).To(BeEmpty())
			c.Expect(c.post(body()).Status).To(Equal(http.StatusCreated))
		})
	}
	onBoth(t, "although the call took effect", func(c *caller) {
		c.inject(fake.Fault{Op: fake.OpCreate, Status: 500, Commit: fake.CommitYes})
		c.Expect(c.post(body()).Status).To(Equal(http.StatusInternalServerError))
		c.Expect(c.server.CommittedCreates("123456789", "abcdef.example")).To(Equal(1))
	})
	onBoth(t, "with a false 404 in the API's own words", func(c *caller) {
		id := c.created()
		c.inject(fake.Fault{Op: fake.OpGet, Broker: strings.ToUpper(id), Status: 404, Times: 1})
		lie := c.get(id)
		c.Expect(lie.Status).To(Equal(http.StatusNotFound))
		c.Expect(lie.Body).To(Equal(strings.ReplaceAll(c.get("nobody").Body, "nobody", id)))
		c.Expect(c.get(id).Status).To(Equal(http.StatusOK))
	})
	onBoth(t, "without effect where only the effect is taken away", func(c *caller) {
		c.inject(fake.Fault{Op: fake.OpCreate, Commit: fake.CommitNo})
		c.Expect(c.post(body()).Status).To(Equal(http.StatusServiceUnavailable))
		c.Expect(c.server.Brokers()).To(BeEmpty())
	})
	onBoth(t, "with Retry-After in seconds", func(c *caller) {
		c.inject(fake.Fault{Status: 429, RetryAfter: 90 * time.Second})
		c.Expect(c.get("1").Header.Get("Retry-After")).To(Equal("90"))
	})
	t.Run("with Retry-After as a date", func(t *testing.T) {
		c := call(t, fake.Options{})
		c.inject(fake.Fault{Status: 503, RetryAfter: 90 * time.Second, RetryAtDate: true})
		c.Expect(c.get("1").Header.Get("Retry-After")).To(Equal("Thu, 01 Jan 2026 12:01:30 GMT"))
	})
	for _, status := range []int{0, 301, 302, 307} {
		onBoth(t, "with a redirect to another host", func(c *caller) {
			c.inject(fake.Fault{Op: fake.OpCreate, RedirectTo: "https://other.example", Status: status})
			answer := c.post(body())
			c.Expect(answer.Status).To(Or(Equal(status), Equal(http.StatusTemporaryRedirect)))
			c.Expect(answer.Header.Get("Location")).To(Equal("https://other.example" + brokersPath))
			c.Expect(c.server.Brokers()).To(BeEmpty())
		})
	}
}

func TestFaultsSpoilTheBody(t *testing.T) {
	spoiltBy := func(body fake.Body) func(c *caller) reply {
		return func(c *caller) reply {
			id := c.server.Add(portal("b"))
			c.inject(fake.Fault{Op: fake.OpGet, Body: body})
			return c.sendSpoilt(http.MethodGet, brokersPath+"/"+id, nil)
		}
	}
	onBoth(t, "with a page of HTML", func(c *caller) {
		answer := spoiltBy(fake.BodyHTML)(c)
		c.Expect(answer).To(And(HaveField("Status", http.StatusOK), HaveField("Body", ContainSubstring("<html>"))))
		c.Expect(answer.Header.Get("Content-Type")).To(Equal("text/html"))
	})
	onBoth(t, "with nothing", func(c *caller) {
		c.Expect(spoiltBy(fake.BodyEmpty)(c)).To(And(HaveField("Status", http.StatusOK), HaveField("Body", ""), HaveField("Err", BeNil())))
	})
	onBoth(t, "with text that is labelled JSON", func(c *caller) {
		answer := spoiltBy(fake.BodyText)(c)
		c.Expect(json.Valid([]byte(answer.Body))).To(BeFalse())
		c.Expect(answer.Header.Get("Content-Type")).To(ContainSubstring("json"))
	})
	for body, says := range map[fake.Body]string{fake.BodyWord: `"OK"`, fake.BodyNumber: "1"} {
		onBoth(t, "with a value that is no broker: "+says, func(c *caller) {
			answer := spoiltBy(body)(c)
			c.Expect(answer).To(And(HaveField("Status", http.StatusOK), HaveField("Body", says)))
			c.Expect(answer.Header.Get("Content-Type")).To(ContainSubstring("json"))
		})
	}
	onBoth(t, "with half of the JSON", func(c *caller) {
		answer := spoiltBy(fake.BodyTruncated)(c)
		c.Expect(answer.Err).NotTo(HaveOccurred())
		c.Expect(json.Valid([]byte(answer.Body))).To(BeFalse())
	})
	onBoth(t, "with a connection that ends in the middle", func(c *caller) {
		answer := spoiltBy(fake.BodyCut)(c)
		c.Expect(answer.Status).To(Equal(http.StatusOK))
		c.Expect(answer.Err).To(MatchError(ContainSubstring("unexpected EOF")))
	})
	onBoth(t, "with 16 MiB of it", func(c *caller) {
		answer := spoiltBy(fake.BodyHuge)(c)
		c.Expect(len(answer.Body)).To(BeNumerically(">", 16<<20))
		c.Expect(json.Valid([]byte(answer.Body))).To(BeTrue())
	})
	t.Run("with a byte a second", func(t *testing.T) {
		c := call(t, fake.Options{})
		id := c.server.Add(portal("b"))
		before := c.clock.Now()
		c.inject(fake.Fault{Op: fake.OpGet, Body: fake.BodyDrip})
		answer := c.get(id)
		c.Expect(answer.object(c)).To(HaveKeyWithValue("name", "b"))
		c.Expect(c.clock.Now().Sub(before)).To(Equal(time.Duration(len(answer.Body)) * time.Second))
	})
	t.Run("with a byte a second until the client leaves", func(t *testing.T) {
		c := call(t, fake.Options{})
		id := c.server.Add(portal("b"))
		c.inject(fake.Fault{Op: fake.OpGet, Body: fake.BodyDrip})
		c.clock.giveUpAfter(9 * time.Second)
		answer := c.get(id)
		c.Expect(answer.Err).To(MatchError(ContainSubstring("deadline exceeded")))
		c.Expect(answer.Body).To(HaveLen(10))
	})
}

func TestFaultsSpoilLists(t *testing.T) {
	run := func(sentence string, fault fake.Fault, check func(c *caller, before, after []string)) {
		onBoth(t, sentence, func(c *caller) {
			before := fiveBrokers(c)
			fault.Op = fake.OpList
			fault.Times = 1
			c.inject(fault)
			check(c, before, c.listed())
			c.Expect(c.listed()).To(Equal(before))
		})
	}
	run("that are empty", fake.Fault{List: fake.ListEmpty}, func(c *caller, _, after []string) { c.Expect(after).To(BeEmpty()) })
	run("that lack one entry", fake.Fault{List: fake.ListShort}, func(c *caller, before, after []string) {
		c.Expect(after).To(HaveLen(4))
		c.Expect(before).To(ContainElements(after))
	})
	run("that lack several entries", fake.Fault{List: fake.ListShort, Missing: 3}, func(c *caller, before, after []string) {
		c.Expect(after).To(HaveLen(2))
		c.Expect(before).To(ContainElements(after))
	})
	run("that lack more than there are", fake.Fault{List: fake.ListShort, Missing: 30}, func(c *caller, _, after []string) { c.Expect(after).To(BeEmpty()) })
	run("that are those of another account", fake.Fault{List: fake.ListForeign}, func(c *caller, before, after []string) {
		c.Expect(after).To(HaveLen(3))
		c.Expect(before).NotTo(ContainElements(after))
	})
	run("that name a broker twice", fake.Fault{List: fake.ListDuplicate}, func(c *caller, before, after []string) {
		c.Expect(after).To(Equal(append(before, before[0])))
	})
	run("that show a broker without an id", fake.Fault{List: fake.ListNoID}, func(c *caller, before, after []string) {
		c.Expect(after).To(Equal(append(before[:4:4], "0")))
	})
	onBoth(t, "that lack named entries", func(c *caller) {
		before := fiveBrokers(c)
		c.inject(fake.Fault{Op: fake.OpList, Omit: []string{before[1], strings.ToUpper(before[3])}})
		c.Expect(c.listed()).To(Equal([]string{before[0], before[2], before[4]}))
	})
	t.Run("of another account, with ids of the account's kind", func(t *testing.T) {
		c := call(t, fake.Options{Shapes: fake.Shapes{IDs: fake.IDInteger}})
		c.inject(fake.Fault{List: fake.ListForeign})
		c.Expect(c.send(http.MethodGet, brokersPath, nil).Body).To(ContainSubstring(`"id":900000`))
	})
}

func TestFaultsAnswerAboutAnotherBroker(t *testing.T) {
	onBoth(t, "that exists", func(c *caller) {
		id, other := c.created(), c.server.Add(portal("other"))
		c.inject(fake.Fault{Op: fake.OpGet, Broker: id, AnswerID: other})
		c.Expect(c.get(id).object(c)).To(HaveKeyWithValue("id", other))
	})
	onBoth(t, "that nobody knows", func(c *caller) {
		c.inject(fake.Fault{Op: fake.OpCreate, AnswerID: "other"})
		id := c.post(body()).object(c)["id"].(string)
		_, known := c.server.Broker(id)
		c.Expect(known).To(BeFalse())
	})
	t.Run("with an id of the account's kind", func(t *testing.T) {
		c := call(t, fake.Options{Shapes: fake.Shapes{IDs: fake.IDInteger}})
		c.inject(fake.Fault{AnswerID: "other"})
		c.Expect(c.post(body()).Body).To(ContainSubstring(`"id":999999999`))
	})
}

func TestFaultsRevokeTokens(t *testing.T) {
	onBoth(t, "in the middle of a call", func(c *caller) {
		c.inject(fake.Fault{Op: fake.OpCreate, RevokeTokens: true, Times: 1})
		c.Expect(c.post(body()).Status).To(Equal(http.StatusUnauthorized))
		c.Expect(c.server.Brokers()).To(BeEmpty())
		c.login()
		c.Expect(c.post(body()).Status).To(Equal(http.StatusCreated))
	})
}

func TestFaultsStrike(t *testing.T) {
	// struck tells which of ten GETs were struck.
	struck := func(c *caller, path ...string) string {
		pattern := ""
		for range 10 {
			mark := "."
			if c.send(http.MethodGet, strings.Join(append([]string{brokersPath}, path...), "/"), nil).Status == http.StatusServiceUnavailable {
				mark = "x"
			}
			pattern += mark
		}
		return pattern
	}
	for sentence, row := range map[string]struct {
		fault   fake.Fault
		pattern string
	}{
		"every call":                    {fake.Fault{}, "xxxxxxxxxx"},
		"only calls of their operation": {fake.Fault{Op: fake.OpGet}, ".........."},
		"only calls of their user":      {fake.Fault{User: "other"}, ".........."},
		"calls of their user":           {fake.Fault{User: fake.DefaultUsername}, "xxxxxxxxxx"},
		"from the nth call on":          {fake.Fault{Nth: 3}, "..xxxxxxxx"},
		"a number of times":             {fake.Fault{Times: 2}, "xx........"},
		"the nth call only":             {fake.Fault{Nth: 4, Times: 1}, "...x......"},
		"in bursts":                     {fake.Fault{Nth: 2, Burst: 3, Times: 5}, ".xxxxx...."},
		"by chance, the same each time": {fake.Fault{Probability: 0.3}, "...x.x...."},
		"by chance, in bursts":          {fake.Fault{Probability: 0.3, Burst: 2}, "...xx.xx.."},
	} {
		t.Run(sentence, func(t *testing.T) {
			c := call(t, fake.Options{Seed: 3})
			row.fault.Status = http.StatusServiceUnavailable
			c.inject(row.fault)
			c.Expect(struck(c)).To(Equal(row.pattern))
		})
	}
	t.Run("until their time is over", func(t *testing.T) {
		c := call(t, fake.Options{Shapes: fake.Shapes{Latency: time.Second}})
		c.inject(fake.Fault{Status: http.StatusServiceUnavailable, For: 4 * time.Second})
		c.Expect(struck(c)).To(Equal("xxxx......"))
	})
	t.Run("until they are cleared", func(t *testing.T) {
		c := call(t, fake.Options{})
		c.inject(fake.Fault{Status: http.StatusServiceUnavailable})
		c.Expect(c.server.Faults()).To(HaveLen(1))
		c.server.ClearFaults()
		c.Expect(struck(c)).To(Equal(".........."))
	})
	t.Run("one broker only", func(t *testing.T) {
		c := call(t, fake.Options{})
		id := c.created()
		c.inject(fake.Fault{Broker: id, Status: http.StatusServiceUnavailable})
		c.Expect(struck(c)).To(Equal(".........."))
		c.Expect(struck(c, id)).To(Equal("xxxxxxxxxx"))
	})
	t.Run("the create of one domain only", func(t *testing.T) {
		c := call(t, fake.Options{})
		c.inject(fake.Fault{Op: fake.OpCreate, Broker: "abcdef.example", Status: http.StatusServiceUnavailable})
		c.Expect(c.post(body()).Status).To(Equal(http.StatusServiceUnavailable))
		c.Expect(c.post(body(with("domain", "other.example"))).Status).To(Equal(http.StatusCreated))
	})
	t.Run("one at a time, the first that matches", func(t *testing.T) {
		c := call(t, fake.Options{})
		c.inject(fake.Fault{Status: 503, Times: 1}, fake.Fault{Status: 500, Times: 1})
		c.Expect([]int{c.get("1").Status, c.get("1").Status, c.get("1").Status}).To(Equal([]int{503, 500, 404}))
	})
	t.Run("logins, too", func(t *testing.T) {
		c := call(t, fake.Options{})
		c.inject(fake.Fault{Op: fake.OpToken, Status: 503})
		c.Expect(c.logInAs(fake.DefaultUsername, fake.DefaultPassword).Status).To(Equal(http.StatusServiceUnavailable))
	})
}

func TestFaultsThatMakeNoSenseAreRefused(t *testing.T) {
	for message, fault := range map[string]fake.Fault{
		`operation "post" is none of`:  {Op: "post"},
		`commit "late" is none of`:     {Commit: "late"},
		`drop "answer" is none of`:     {Drop: "answer"},
		`body "xml" is none of`:        {Body: "xml"},
		`list "long" is none of`:       {List: "long"},
		`status 99 is not in 200…599`:  {Status: 99},
		`probability 20 is not in 0…1`: {Probability: 20},
	} {
		t.Run(message, func(t *testing.T) {
			g := NewWithT(t)
			server := newServer(t, fake.Options{})
			g.Expect(server.Inject(fake.Fault{Status: 500}, fault)).To(MatchError(ContainSubstring(message)))
			g.Expect(server.Faults()).To(BeEmpty())
		})
	}
}

func TestFaultsInJSON(t *testing.T) {
	g := NewWithT(t)
	text := `{"op":"create","nth":2,"times":1,"probability":0.5,"for":"1h0m0s","delay":"1s","commitAfter":"1m30s",
		"answerDelay":"2s","status":429,"retryAfter":"30s","retryAtDate":true,"omit":["1"]}`
	var fault fake.Fault
	g.Expect(json.Unmarshal([]byte(text), &fault)).To(Succeed())
	g.Expect(fault).To(Equal(fake.Fault{
		Op: fake.OpCreate, Nth: 2, Times: 1, Probability: 0.5, For: time.Hour, Delay: time.Second, CommitAfter: 90 * time.Second,
		AnswerDelay: 2 * time.Second, Status: 429, RetryAfter: 30 * time.Second, RetryAtDate: true, Omit: []string{"1"},
	}))
	again, err := json.Marshal(fault)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(again).To(MatchJSON(text))
}
