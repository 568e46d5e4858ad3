package sellerplan

import (
	"strings"
	"testing"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

func TestEntriesThatCannotBeToldApartAreShown(t *testing.T) {
	s := usual()
	s.Account.Entitled = true
	for i := range 12 {
		s.Account.Unreadable = append(s.Account.Unreadable, broker.Unreadable{Index: i, Problem: "it has no id of use", Value: strings.Repeat("x", 300)})
	}
	s.Account.Accepted = []string{"list brokers: total +7"}
	status := s.noted()
	if l := status.List; l == nil || l.Unreadable != 12 || len(l.Entries) != maxEntries || l.Entries[3].Index != 3 || len(l.Entries[3].Value) > 260 || l.Accepted[0] != "list brokers: total +7" {
		t.Fatalf("status.list is %+v", l)
	}
	if v := s.judge(status, nil); !v.ready || !strings.Contains(v.message, "entry 0 of the list (it has no id of use) and 11 more") {
		t.Errorf("Ready says %+v", v)
	}
	s.Status, s.Account = status, Account{Known: true, Entitled: true}
	if l := s.noted().List; l == nil || l.Unreadable != 12 {
		t.Errorf("before the first list of a process it is %+v", l)
	}
	s.Status, s.Account = usual().Status, Account{Known: true, Unreadable: s.Account.Unreadable}
	if s.Status.List != nil || s.noted().List != nil {
		t.Error("who never got the list is shown what stands in it")
	}
}

func TestAListThatAnnouncesMore(t *testing.T) {
	s := usual()
	failing(broker.Failure{Class: broker.Unavailable, Op: "list brokers", Status: 200, Reason: "the list is not whole: total says 9, and 2 came", Announced: "total says 9, and 2 came"})(s)
	if v := s.judge(s.noted(), nil); v.reason != v1alpha1.ReasonListSuspicious || !v.stalled || !strings.Contains(v.message, "total says 9, and 2 came") || !strings.Contains(v.message, v1alpha1.AnnotationAcceptListAt) {
		t.Errorf("Ready says %+v", v)
	}
}
