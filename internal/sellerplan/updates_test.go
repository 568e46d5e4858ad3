package sellerplan

import (
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

func TestLearnedUpdatesInStatus(t *testing.T) {
	learned := func(s *State) {
		s.Version = "reseller-operator/v1"
		s.Account.Updates = Updates{LeftOut: []string{"createdDate", strings.Repeat("x", 300)}, Added: []string{"id"}, Since: ago(time.Hour)}
	}
	old := status(func(s *v1alpha1.SellerStatus) {
		s.Updates = &v1alpha1.LearnedUpdates{LeftOut: []string{"tags"}, Since: metav1.NewMicroTime(ago(time.Hour)), Version: "reseller-operator/v0"}
	})
	s := but(learned)
	shown := decided(s).Status.Updates
	if shown == nil || !slices.Equal(shown.LeftOut, []string{"createdDate"}) || !slices.Equal(shown.Added, []string{"id"}) || shown.Version != "reseller-operator/v1" {
		t.Fatalf("shows %+v", shown)
	}
	s = but(old)
	if shown := decided(s).Status.Updates; shown != nil {
		t.Errorf("of what was learned by none it shows %+v", shown)
	}
	s = but(old, learned, func(s *State) { s.Account.Entitled = false })
	if shown := decided(s).Status.Updates; shown == nil || shown.LeftOut[0] != "tags" {
		t.Errorf("who never got the list shows %+v", shown)
	}
}

func TestStoredUpdatesAreOfOneVersion(t *testing.T) {
	kept := &v1alpha1.SellerStatus{Updates: &v1alpha1.LearnedUpdates{
		LeftOut: []string{"tags"}, Added: []string{"id"}, Since: metav1.NewMicroTime(now), Version: "v1",
	}}
	if u := StoredUpdates(kept, "v1"); !slices.Equal(u.LeftOut, []string{"tags"}) || !slices.Equal(u.Added, []string{"id"}) || !u.Since.Equal(now) {
		t.Errorf("recalls %+v", u)
	}
	for _, u := range []Updates{StoredUpdates(kept, "v2"), StoredUpdates(&v1alpha1.SellerStatus{}, "v1")} {
		if len(u.LeftOut)+len(u.Added) > 0 || !u.Since.IsZero() {
			t.Errorf("recalls %+v", u)
		}
	}
}

func TestARequestForgetsLearnedUpdates(t *testing.T) {
	asked := func(s *State) { s.Seller.Reading, s.Outcome.Heeded = "now", nil }
	for _, entitled := range []bool{true, false} {
		step, is := Next(but(asked, func(s *State) { s.Account.Entitled = entitled })).(Heed)
		if !is || !step.Read || step.Forget != entitled {
			t.Errorf("entitled %t: %+v", entitled, step)
		}
	}
}
