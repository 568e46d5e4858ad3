package metrics

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"
)

var main = Seller{"Seller", "team-a", "main"}

// full has something to show everywhere.
type full struct{}

func (full) OldestPass() time.Duration { return time.Second }

func (full) Rows() []Row {
	return []Row{{
		Seller: main, Ready: true, Reason: "Ready", Resellers: map[string]int{"InSync": 7}, Brokers: map[string]int32{"managed": 7},
		SyncedAt: time.Unix(1000, 0), Account: &Account{CallsFail: true, PausedUntil: time.Unix(2000, 0), Waiting: map[string]int{"edits": 3}, BrakeUsed: 1, BrakeLimit: 5, ObserveInterval: time.Minute},
	}, {Seller: Seller{"ClusterSeller", "", "shared"}, Resellers: map[string]int{"SellerNotFound": 1}}}
}

// gathered are the operator's own families.
func gathered(t *testing.T) map[string]*dto.MetricFamily {
	t.Helper()
	families, err := ctrlmetrics.Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	own := map[string]*dto.MetricFamily{}
	for _, family := range families {
		if strings.HasPrefix(family.GetName(), prefix) {
			own[family.GetName()] = family
		}
	}
	return own
}

// countAll has each counter show something.
func countAll() {
	APICall(Call{Seller: main, Operation: "log_in", Lane: "background", Login: LoginGranted, Status: 200, Took: time.Second})
	UnmanagedChange(main, "spec.customProperties[segment]")
	DriftFound(main, 2)
	DriftCorrected(main, 2)
}

func TestWhatIsServedIsListed(t *testing.T) {
	g := NewWithT(t)
	countAll()
	defer ForgetSeller(main)
	end := Show(full{})
	own := gathered(t)
	end()
	var families []*dto.MetricFamily
	for _, m := range All() {
		family := own[m.Name]
		g.Expect(family).NotTo(BeNil(), m.Name+" is listed and not served")
		g.Expect(family.GetHelp()).To(Equal(m.Help))
		g.Expect(strings.ToLower(family.GetType().String())).To(Equal(m.Type), m.Name)
		var labels []string
		for _, l := range family.GetMetric()[0].GetLabel() {
			labels = append(labels, l.GetName())
		}
		g.Expect(labels).To(ConsistOf(m.Labels), m.Name)
		families = append(families, family)
		delete(own, m.Name)
	}
	g.Expect(own).To(BeEmpty(), "served and not listed")
	problems, err := promlint.NewWithMetricFamilies(families).Lint()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(problems).To(BeEmpty())
}

func TestAStandbyShowsNoSeller(t *testing.T) {
	g := NewWithT(t)
	end := Show(full{})
	g.Expect(gathered(t)[leader.Name].GetMetric()[0].GetGauge().GetValue()).To(Equal(1.0))
	end()
	own := gathered(t)
	g.Expect(own[leader.Name].GetMetric()[0].GetGauge().GetValue()).To(BeZero())
	for _, m := range []Metric{sellerReady, resellers, lastSync, waiting, oldestPass} {
		g.Expect(own).NotTo(HaveKey(m.Name), "nobody knows it any more")
	}
}

func TestWhatGoesIsForgotten(t *testing.T) {
	g := NewWithT(t)
	countAll()
	ForgetSeller(main)
	for name, family := range gathered(t) {
		for _, m := range family.GetMetric() {
			for _, l := range m.GetLabel() {
				g.Expect(l.GetValue()).NotTo(Equal(main.Namespace), name)
			}
		}
	}
}

// Alerts and their tests are in a module of their own, which knows no constant of this one.
func TestAlertsNameWhatIsServed(t *testing.T) {
	g := NewWithT(t)
	rules, err := os.ReadFile("../../config/components/prometheus/rules.yaml")
	g.Expect(err).NotTo(HaveOccurred())
	var served []string
	for _, m := range All() {
		served = append(served, m.Name)
	}
	named := regexp.MustCompile(prefix+`\w+`).FindAllString(string(rules), -1)
	g.Expect(len(named)).To(BeNumerically(">", 10))
	for _, name := range named {
		g.Expect(slices.Contains(served, name)).To(BeTrue(), name)
	}
}
