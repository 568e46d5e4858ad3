package passes

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"
	testingclock "k8s.io/utils/clock/testing"
)

func TestPasses(t *testing.T) {
	g := NewWithT(t)
	hands := testingclock.NewFakePassiveClock(time.Unix(0, 0))
	p := New(hands)
	at := func(d time.Duration) { hands.SetTime(time.Unix(0, 0).Add(d)) }
	g.Expect(p.Oldest()).To(BeZero())
	first := p.Begin()
	at(time.Minute)
	second := p.Begin()
	at(Longest - time.Second)
	g.Expect(p.Oldest()).To(Equal(Longest - time.Second))
	g.Expect(p.Check(nil)).To(Succeed())
	at(Longest)
	g.Expect(p.Check(nil)).To(MatchError(ContainSubstring("under way for 10m0s")))
	first()
	g.Expect(p.Check(nil)).To(Succeed(), "the other one is a minute younger")
	g.Expect(p.Oldest()).To(Equal(Longest - time.Minute))
	second()
	at(time.Hour)
	g.Expect(p.Check(nil)).To(Succeed(), "who has nothing to do does not hang")
}
