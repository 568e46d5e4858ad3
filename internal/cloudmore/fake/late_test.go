package fake_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"syscall"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// last is the exchange of the last call.
func (c *caller) last() fake.Exchange {
	history := c.server.History()
	return history[len(history)-1]
}

func TestDroppedAnswers(t *testing.T) {
	onBoth(t, "before the call is handled change nothing", func(c *caller) {
		c.inject(fake.Fault{Op: fake.OpCreate, Drop: fake.DropConnection, Times: 1})
		c.Expect(c.post(body()).Err).To(HaveOccurred())
		c.Expect(c.server.Brokers()).To(BeEmpty())
		c.Expect(c.last()).To(And(HaveField("Status", 0), HaveField("Committed", false), HaveField("Abandoned", false)))
		c.Expect(c.server.Counters()[fake.OpCreate]).To(Equal(fake.Counter{Calls: 1, Unanswered: 1}))
	})
	onBoth(t, "after the commit leave a broker behind, and the POST goes out once", func(c *caller) {
		c.inject(fake.Fault{Op: fake.OpCreate, Drop: fake.DropConnection, Commit: fake.CommitYes})
		c.Expect(c.post(body()).Err).To(HaveOccurred())
		c.Expect(c.server.Live()).To(HaveLen(1))
		c.Expect(c.server.Counters()[fake.OpCreate]).To(Equal(fake.Counter{Calls: 1, Committed: 1, Unanswered: 1}))
	})
	t.Run("look in process as they do to net/http", func(t *testing.T) {
		c := call(t, fake.Options{})
		c.inject(fake.Fault{Op: fake.OpCreate, Drop: fake.DropConnection})
		c.Expect(errors.Is(c.post(body()).Err, syscall.ECONNRESET)).To(BeTrue())
		c.server.ClearFaults()
		c.inject(fake.Fault{Op: fake.OpCreate, Drop: fake.DropUnreached, Commit: fake.CommitYes})
		c.Expect(errors.Is(c.post(body()).Err, syscall.ECONNREFUSED)).To(BeTrue())
		c.Expect(c.server.Brokers()).To(BeEmpty())
	})
	t.Run("tell by httptrace in process whether the request was written", func(t *testing.T) {
		for drop, written := range map[fake.Drop]bool{"": true, fake.DropConnection: true, fake.DropUnreached: false} {
			c := call(t, fake.Options{})
			c.inject(fake.Fault{Drop: drop})
			var got struct{ asked, connected, headers, request, answered bool }
			ctx := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{
				GetConn:              func(string) { got.asked = true },
				GotConn:              func(httptrace.GotConnInfo) { got.connected = true },
				WroteHeaders:         func() { got.headers = true },
				WroteRequest:         func(httptrace.WroteRequestInfo) { got.request = true },
				GotFirstResponseByte: func() { got.answered = true },
			})
			c.do(c.request(ctx, http.MethodPost, brokersPath, body()))
			c.Expect(got).To(Equal(struct{ asked, connected, headers, request, answered bool }{true, written, written, written, drop == ""}))
		}
	})
}

func TestLateCalls(t *testing.T) {
	t.Run("are not handled when the client leaves before", func(t *testing.T) {
		c := call(t, fake.Options{})
		c.inject(fake.Fault{Op: fake.OpCreate, Delay: time.Minute})
		c.clock.giveUpAfter(10 * time.Second)
		c.Expect(errors.Is(c.post(body()).Err, context.DeadlineExceeded)).To(BeTrue())
		c.clock.Pass(time.Hour)
		c.Expect(c.server.Brokers()).To(BeEmpty())
		c.Expect(c.last()).To(And(HaveField("Abandoned", true), HaveField("Committed", false)))
	})
	t.Run("take effect on time although the client has left", func(t *testing.T) {
		c := call(t, fake.Options{})
		arrived := c.clock.Now()
		c.inject(fake.Fault{Op: fake.OpCreate, CommitAfter: time.Minute})
		c.clock.giveUpAfter(10 * time.Second)
		c.Expect(errors.Is(c.post(body()).Err, context.DeadlineExceeded)).To(BeTrue())
		c.Expect(c.server.Live()).To(BeEmpty())
		c.clock.Pass(50*time.Second - 1)
		c.Expect(c.listed()).To(BeEmpty())
		c.clock.Pass(time.Hour)
		c.Expect(c.listed()).To(HaveLen(1))
		c.Expect(c.server.Live()).To(ConsistOf(HaveField("CreatedAt", arrived.Add(time.Minute))))
		create := c.server.History()[1]
		c.Expect(create).To(And(HaveField("Committed", true), HaveField("Abandoned", true),
			HaveField("CommittedAt", arrived.Add(time.Minute)), HaveField("Status", 0), HaveField("Broker", c.listed()[0])))
	})
	t.Run("answer when they took effect, if the client waits", func(t *testing.T) {
		c := call(t, fake.Options{})
		before := c.clock.Now()
		c.inject(fake.Fault{Op: fake.OpCreate, CommitAfter: time.Minute})
		c.Expect(c.post(body()).Status).To(Equal(http.StatusCreated))
		c.Expect(c.clock.Now().Sub(before)).To(Equal(time.Minute))
	})
	t.Run("take effect in the order of their times", func(t *testing.T) {
		c := call(t, fake.Options{})
		id := c.created()
		c.inject(fake.Fault{Op: fake.OpUpdate, Status: 504, CommitAfter: time.Minute, Times: 1},
			fake.Fault{Op: fake.OpUpdate, Status: 504, CommitAfter: time.Second, Times: 1})
		c.put(id, body(with("name", "Slow")))
		c.put(id, body(with("name", "Quick")))
		c.clock.Pass(time.Second)
		c.Expect(c.get(id).object(c)).To(HaveKeyWithValue("name", "Quick"))
		c.clock.Pass(time.Minute)
		c.Expect(c.get(id).object(c)).To(HaveKeyWithValue("name", "Slow"))
	})
	t.Run("are judged when they take effect", func(t *testing.T) {
		c := call(t, fake.Options{})
		id := c.created()
		c.inject(fake.Fault{Op: fake.OpDelete, Status: 504, CommitAfter: time.Minute})
		c.delete(id)
		c.Expect(c.server.Remove(id)).To(Succeed())
		c.clock.Pass(time.Minute)
		c.Expect(c.server.Commits(fake.OpDelete)).To(BeZero())
	})
	t.Run("may be answered long before, by a gateway that gave up", func(t *testing.T) {
		c := call(t, fake.Options{})
		before := c.clock.Now()
		c.inject(fake.Fault{Op: fake.OpCreate, Status: 504, CommitAfter: time.Minute})
		c.Expect(c.post(body()).Status).To(Equal(http.StatusGatewayTimeout))
		c.Expect(c.clock.Now()).To(Equal(before))
		c.clock.Pass(time.Minute)
		c.Expect(c.server.Live()).To(HaveLen(1))
	})
	t.Run("may have lost their connection long before", func(t *testing.T) {
		c := call(t, fake.Options{})
		c.inject(fake.Fault{Op: fake.OpCreate, Drop: fake.DropConnection, CommitAfter: time.Minute})
		c.Expect(c.post(body()).Err).To(HaveOccurred())
		c.Expect(c.server.Live()).To(BeEmpty())
		c.clock.Pass(time.Minute)
		c.Expect(c.server.Live()).To(HaveLen(1))
	})
	t.Run("can have their answer late and their effect at once", func(t *testing.T) {
		c := call(t, fake.Options{})
		c.inject(fake.Fault{Op: fake.OpCreate, AnswerDelay: time.Minute})
		c.clock.giveUpAfter(time.Second)
		c.Expect(errors.Is(c.post(body()).Err, context.DeadlineExceeded)).To(BeTrue())
		c.Expect(c.server.Live()).To(HaveLen(1))
		c.Expect(c.last()).To(And(HaveField("Committed", true), HaveField("Abandoned", true)))
	})
	t.Run("are left by a client on a socket, too", func(t *testing.T) {
		c := callOnSocket(t, fake.Options{})
		c.inject(fake.Fault{Op: fake.OpCreate, CommitAfter: 200 * time.Millisecond})
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
		defer cancel()
		c.Expect(errors.Is(c.do(c.request(ctx, http.MethodPost, brokersPath, body())).Err, context.DeadlineExceeded)).To(BeTrue())
		c.Eventually(c.server.Live).Should(HaveLen(1))
		c.Eventually(c.last).Should(And(HaveField("Committed", true), HaveField("Abandoned", true)))
	})
	t.Run("end at once when the context of an in-process call has ended", func(t *testing.T) {
		c := call(t, fake.Options{})
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		c.Expect(errors.Is(c.do(c.request(ctx, http.MethodPost, brokersPath, body())).Err, context.Canceled)).To(BeTrue())
		c.Expect(c.server.Calls(fake.OpCreate)).To(BeZero())
	})
}
