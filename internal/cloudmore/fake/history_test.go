package fake_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

func TestHistory(t *testing.T) {
	t.Run("tells every request in sequence", func(t *testing.T) {
		c := call(t, fake.Options{})
		start := c.clock.Now()
		id := c.created()
		c.clock.Pass(time.Second)
		c.get("nobody")
		c.delete(id)
		history := c.server.History()
		c.Expect(history).To(HaveLen(4))
		c.Expect(history[1]).To(And(HaveField("Seq", 2), HaveField("At", start), HaveField("Op", fake.OpCreate), HaveField("Method", http.MethodPost),
			HaveField("Path", brokersPath), HaveField("Broker", id), HaveField("Principal", fake.DefaultUsername), HaveField("Status", 201),
			HaveField("Committed", true), HaveField("CommittedAt", start)))
		c.Expect(history[1].Body).To(MatchJSON(mustJSON(t, body())))
		c.Expect(history[2]).To(And(HaveField("At", start.Add(time.Second)), HaveField("Op", fake.OpGet), HaveField("Broker", "nobody"), HaveField("Status", 404), HaveField("Committed", false), HaveField("Body", BeNil())))
		c.Expect(history[3]).To(And(HaveField("Op", fake.OpDelete), HaveField("Broker", id), HaveField("Committed", true)))
	})
	t.Run("names the fault that struck", func(t *testing.T) {
		c := call(t, fake.Options{})
		c.inject(fake.Fault{Status: 500})
		c.get("1")
		c.Expect(c.last().Fault).To(HaveValue(Equal(fake.Fault{Status: 500})))
	})
	t.Run("keeps the newest when it is full, and counts all", func(t *testing.T) {
		c := call(t, fake.Options{HistoryLimit: 10})
		for range 30 {
			c.get("1")
		}
		history := c.server.History()
		c.Expect(len(history)).To(BeNumerically("<=", 10))
		c.Expect(history[len(history)-1].Seq).To(Equal(31))
		c.Expect(c.server.Calls(fake.OpGet)).To(Equal(30))
	})
	t.Run("is forgotten on demand", func(t *testing.T) {
		c := call(t, fake.Options{})
		c.created()
		c.server.ResetHistory()
		c.Expect(c.server.History()).To(BeEmpty())
		c.Expect(c.server.Commits(fake.OpCreate)).To(BeZero())
	})
	t.Run("counts what is under way at once", func(t *testing.T) {
		c := callOnSocket(t, fake.Options{})
		c.inject(fake.Fault{Op: fake.OpGet, Delay: time.Hour})
		var open sync.WaitGroup
		for range 3 {
			open.Go(func() { c.get("1") })
		}
		c.Eventually(c.server.PeakInFlight).Should(Equal(3))
		c.Expect(c.server.Close()).To(Succeed())
		open.Wait()
	})
}

func mustJSON(t *testing.T, value any) []byte {
	t.Helper()
	text, err := json.Marshal(value)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	return text
}

func TestRunsRepeat(t *testing.T) {
	run := func(seed uint64) (ids []string) {
		c := call(t, fake.Options{Seed: seed})
		c.inject(fake.Fault{Op: fake.OpCreate, Probability: 0.5, Status: 500})
		for range 10 {
			c.post(body())
		}
		for _, r := range c.server.Live() {
			ids = append(ids, r.ID)
		}
		return ids
	}
	g := NewWithT(t)
	g.Expect(run(1)).To(Equal(run(1)))
	g.Expect(run(1)).NotTo(Equal(run(2)))
}

func TestEditsBehindTheBack(t *testing.T) {
	t.Run("change brokers and leave no trace in the history", func(t *testing.T) {
		c := call(t, fake.Options{})
		id := c.server.Add(portal("b"))
		c.Expect(c.server.Edit(id, func(b *fake.Broker) { b.VAT = "EE1" })).To(Succeed())
		c.Expect(c.get(id).object(c)).To(HaveKeyWithValue("vat", "EE1"))
		c.Expect(c.server.Deactivate(id)).To(Succeed())
		c.Expect(c.get(id).object(c)).To(HaveKeyWithValue("isActive", false))
		c.Expect(c.listed()).To(BeEmpty())
		c.Expect(c.server.Remove(id)).To(Succeed())
		c.Expect(c.get(id).Status).To(Equal(http.StatusNotFound))
		c.Expect(c.server.Edit(id, func(*fake.Broker) {})).To(MatchError(ContainSubstring("not found")))
		c.Expect(c.server.Brokers()).To(ConsistOf(HaveField("State", fake.StateGone)))
		c.Expect(c.server.Commits(fake.OpUpdate) + c.server.Commits(fake.OpDelete)).To(BeZero())
	})
	t.Run("show in lists with the list's lag", func(t *testing.T) {
		c := call(t, fake.Options{Shapes: fake.Shapes{ListLag: time.Minute}})
		id := c.server.Add(portal("b"))
		c.Expect(c.listed()).To(BeEmpty())
		c.clock.Pass(time.Minute)
		c.Expect(c.listed()).To(Equal([]string{id}))
	})
	t.Run("do not reach into what was handed out", func(t *testing.T) {
		c := call(t, fake.Options{})
		id := c.created()
		before, _ := c.server.Broker(id)
		c.Expect(c.server.Edit(id, func(b *fake.Broker) {
			b.InvoiceContact.Name = "New"
			b.CustomProperties[0].Value = "New"
			*b.AllowCMPAccess = false
		})).To(Succeed())
		c.Expect(before.Broker).To(And(HaveField("InvoiceContact.Name", "John Doe"), HaveField("AllowCMPAccess", HaveValue(BeTrue()))))
		c.Expect(before.Broker.CustomProperties[0].Value).To(Equal("gold"))
	})
	t.Run("know many versions of a broker, and forget the oldest", func(t *testing.T) {
		c := call(t, fake.Options{})
		id := c.server.Add(portal("b"))
		for range 200 {
			c.clock.Pass(time.Second)
			c.Expect(c.server.Edit(id, func(b *fake.Broker) { b.Name += "x" })).To(Succeed())
		}
		c.Expect(c.get(id).object(c)["name"]).To(HaveLen(201))
	})
	t.Run("seed brokers under their own ids", func(t *testing.T) {
		c := call(t, fake.Options{Shapes: fake.Shapes{IDs: fake.IDInteger}})
		c.Expect(c.server.Seed(fake.Record{ID: "4711", Broker: portal("seed"), ServicesActivated: true})).To(Equal("4711"))
		c.Expect(c.server.Seed(fake.Record{ID: "4711", Broker: portal("twin")})).To(Equal("4712"))
		c.Expect(c.server.Seed(fake.Record{Broker: portal("old"), State: fake.StateInactive})).To(Equal("4713"))
		c.Expect(c.get("4711").object(c)).To(And(HaveKeyWithValue("name", "seed"), HaveKeyWithValue("id", 4711.0)))
		c.Expect(c.send(http.MethodGet, resellersPath+"/4711", nil).Status).To(Equal(http.StatusOK))
		c.Expect(c.server.Live()).To(HaveLen(2))
	})
}

func TestStateFile(t *testing.T) {
	t.Run("keeps the brokers over a restart", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "brokers.json")
		options := fake.Options{StateFile: file, Shapes: fake.Shapes{DeleteDelay: time.Minute, IDs: fake.IDInteger}}
		c := call(t, options)
		live, gone := c.created(), c.created()
		c.clock.Pass(time.Second)
		foreign := c.server.AddForeign(portal("stranger"))
		c.Expect(c.put(live, body(with("name", "New"))).Status).To(Equal(http.StatusOK))
		c.Expect(c.server.SetServices(live, true)).To(Succeed())
		c.Expect(c.server.Remove(gone)).To(Succeed())
		leaving := c.created()
		c.Expect(c.delete(leaving).Status).To(Equal(http.StatusNoContent))

		again := call(t, options)
		again.clock.Pass(time.Second)
		again.Expect(again.server.Brokers()).To(Equal(c.server.Brokers()))
		again.Expect(again.listed()).To(ConsistOf(live, foreign, leaving))
		again.clock.Pass(time.Minute)
		again.Expect(again.listed()).To(ConsistOf(live, foreign))
		again.Expect(again.created()).To(Equal("1005"))
	})
	t.Run("meets no id twice when the seed is used again", func(t *testing.T) {
		options := fake.Options{StateFile: filepath.Join(t.TempDir(), "brokers.json"), Seed: 7}
		first := newServer(t, options).Add(portal("a"))
		NewWithT(t).Expect(newServer(t, options).Add(portal("b"))).NotTo(Equal(first))
	})
	t.Run("that is damaged stops the start", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "brokers.json")
		g := NewWithT(t)
		g.Expect(os.WriteFile(file, []byte("{"), 0o600)).To(Succeed())
		_, err := fake.New(fake.Options{StateFile: file})
		g.Expect(err).To(MatchError(ContainSubstring("read the state")))
		_, err = fake.New(fake.Options{StateFile: filepath.Dir(file)})
		g.Expect(err).To(MatchError(ContainSubstring("read the state")))
	})
	t.Run("that can't be written fails the write with 500 and is told at the end", func(t *testing.T) {
		c := call(t, fake.Options{StateFile: filepath.Join(t.TempDir(), "none", "brokers.json")})
		c.Expect(c.post(body())).To(And(HaveField("Status", 500), HaveField("Body", ContainSubstring("keep the state"))))
		id := c.server.Live()[0].ID
		c.Expect(c.put(id, body()).Status).To(Equal(http.StatusInternalServerError))
		c.Expect(c.delete(id).Status).To(Equal(http.StatusInternalServerError))
		c.Expect(c.server.Close()).To(MatchError(ContainSubstring("keep the state")))
	})
	t.Run("leaves nothing else beside it", func(t *testing.T) {
		folder := t.TempDir()
		c := call(t, fake.Options{StateFile: filepath.Join(folder, "brokers.json")})
		c.created()
		entries, err := os.ReadDir(folder)
		c.Expect(err).NotTo(HaveOccurred())
		c.Expect(entries).To(HaveLen(1))
	})
}
