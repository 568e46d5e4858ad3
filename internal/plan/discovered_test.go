package plan

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

func TestWhatDiscoveryMadeIsKnownUntilItIsEditedOrHoldsSomething(t *testing.T) {
	made := func(change func(*v1alpha1.Reseller)) *v1alpha1.Reseller {
		r := &v1alpha1.Reseller{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{v1alpha1.LabelDiscovered: "true", "team": "a"}}}
		r.Spec = DiscoveredSpec(v1alpha1.SellerReference{Kind: v1alpha1.SellerKindSeller, Name: "main"}, "4711")
		change(r)
		return r
	}
	yes := true
	for name, row := range map[string]struct {
		change func(*v1alpha1.Reseller)
		want   bool
	}{
		"as it was made":              {func(*v1alpha1.Reseller) {}, true},
		"with other labels":           {func(r *v1alpha1.Reseller) { r.Labels["team"], r.Annotations = "b", map[string]string{"a": "b"} }, true},
		"without its label":           {func(r *v1alpha1.Reseller) { delete(r.Labels, v1alpha1.LabelDiscovered) }, false},
		"to be managed":               {func(r *v1alpha1.Reseller) { r.Spec.ManagementPolicy = v1alpha1.Manage }, false},
		"with a field":                {func(r *v1alpha1.Reseller) { r.Spec.Name = new(v1alpha1.Text) }, false},
		"suspended":                   {func(r *v1alpha1.Reseller) { r.Spec.Suspend = &yes }, false},
		"without a broker":            {func(r *v1alpha1.Reseller) { r.Spec.BrokerID = "" }, false},
		"with a broker that it holds": {func(r *v1alpha1.Reseller) { r.Status.BrokerID = "4711" }, false},
		"with a create":               {func(r *v1alpha1.Reseller) { r.Status.Creation = &v1alpha1.Creation{} }, false},
		"with a deletion":             {func(r *v1alpha1.Reseller) { r.Status.Deletion = &v1alpha1.Deletion{} }, false},
	} {
		r := made(row.change)
		if got := Discovered(r); got != row.want || DesiredFrom(r).Discovered != row.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// TestWhatDiscoveryMadeRests holds that it says what it shows, also before the account is read.
func TestWhatDiscoveryMadeRests(t *testing.T) {
	for _, read := range []time.Time{{}, now} {
		s := unbound(isDiscovered, withoutSeller, func(s *State) { s.Reading = Reading{Latest: read} })
		rest, ok := Next(s).(Rest)
		if !ok || rest.Reason != v1alpha1.ReasonDiscovered || rest.Quiet || !strings.HasPrefix(rest.Message, "broker 4711 is") {
			t.Errorf("read at %s it is %#v", read, rest)
		}
	}
}

// TestWhatDiscoveryMadeIsShownAsListsShowIt: what others read of the broker may be written
// otherwise, and would be shown in turns with what the next list shows.
func TestWhatDiscoveryMadeIsShownAsListsShowIt(t *testing.T) {
	status := &v1alpha1.ResellerStatus{}
	for _, row := range []struct {
		name   string
		listed bool
		want   string
	}{{"Read", false, "Read"}, {"Listed", true, "Listed"}, {"Read", false, "Listed"}, {"Renamed", true, "Renamed"}} {
		s := unbound(isDiscovered, func(s *State) {
			s.Reading.Known, s.Reading.Listed = &broker.Broker{ID: own, Name: &row.name, Detail: !row.listed}, row.listed
		})
		if showBroker(s, status); status.Broker.Name != row.want {
			t.Errorf("%+v: it shows %s", row, status.Broker.Name)
		}
	}
}
