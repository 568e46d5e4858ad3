package seller

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/controller/reseller"
)

// noteVerified puts into status that the credentials at work got the account's
// list: that outlives the session.
func (r *Reconciler) noteVerified(obj v1alpha1.SellerObject) {
	known, a := r.session(client.ObjectKeyFromObject(obj)), r.Accounts.Find(keyOf(obj))
	if known == nil || a == nil || !a.Standing(known.name).Verified {
		return
	}
	st := obj.CurrentStatus()
	if st.Verified != nil && st.Verified.SecretRevision == known.revision && reseller.Verified(obj) {
		return
	}
	st.Verified = &v1alpha1.VerifiedAccount{
		SellerID: string(obj.Settings().SellerID), Endpoint: obj.Settings().Endpoint,
		SecretRevision: known.revision, At: metav1.NewTime(r.Clock.Now()),
	}
}

// needing are the users that need the object: all but strangers.
func (r *Reconciler) needing(ctx context.Context, from client.Reader, obj v1alpha1.SellerObject, users []v1alpha1.Reseller) ([]v1alpha1.Reseller, error) {
	var found []v1alpha1.Reseller
	for i := range users {
		counts, err := reseller.Counts(ctx, from, obj, &users[i])
		if err != nil {
			return nil, err
		}
		if counts {
			found = append(found, users[i])
		}
	}
	return found, nil
}

// trust is what is known of the credentials in a revision of the Secret.
func trust(obj v1alpha1.SellerObject, revision string) account.Trust {
	v := obj.CurrentStatus().Verified
	switch {
	case !reseller.Verified(obj):
		return account.Untried
	case v != nil && v.SecretRevision == revision:
		return account.Proven
	default:
		return account.Renewed
	}
}
