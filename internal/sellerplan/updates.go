package sellerplan

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
)

// StoredUpdates is what status keeps of how the API wants updates, as far as this
// version of the operator learned it.
func StoredUpdates(status *v1alpha1.SellerStatus, version string) Updates {
	u := status.Updates
	if u == nil || u.Version != bounded.Text(version, maxVersion) {
		return Updates{}
	}
	return Updates{LeftOut: u.LeftOut, Added: u.Added, Since: u.Since.Time}
}

// noteUpdates puts it into the status of a Seller that has got the account's list.
// What is not known for sure is left as it is.
func (s *State) noteUpdates(status *v1alpha1.SellerStatus) {
	if !s.Account.Entitled {
		return
	}
	status.Updates = nil
	known := s.Account.Updates
	// A longer name would lose the whole write; it is learned again by each process.
	tooLong := func(member string) bool { return len(member) > maxMember }
	if known.Since.IsZero() {
		return
	}
	status.Updates = &v1alpha1.LearnedUpdates{
		LeftOut: slices.DeleteFunc(slices.Clone(known.LeftOut), tooLong), Added: slices.Clone(known.Added),
		Since: metav1.NewMicroTime(known.Since), Version: bounded.Text(s.Version, maxVersion),
	}
}
