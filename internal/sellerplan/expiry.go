package sellerplan

import (
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// noteExpiry notes when the credentials at work will expire, as the latest login told.
func (s *State) noteExpiry(status *v1alpha1.SellerStatus) {
	if s.Session == nil || !s.Session.Logins.Granted {
		return
	}
	ends, known := s.Session.Logins.Ends, status.CredentialsExpireAt
	switch {
	case ends.IsZero():
		status.CredentialsExpireAt = nil
	case known == nil || known.Sub(ends).Abs() >= sameEnd:
		at := metav1.NewTime(ends.Truncate(time.Second))
		status.CredentialsExpireAt = &at
	}
}

// expiryNote is what an event says of an end that was not known before; "" for none.
func (s *State) expiryNote(status *v1alpha1.SellerStatus) string {
	at := status.CredentialsExpireAt
	if at == nil || s.Stored.CredentialsExpireAt.Equal(at) {
		return ""
	}
	return fmt.Sprintf("Cloudmore says that the credentials of Secret %s expire at %s: write new ones into it before", s.Seller.SecretName, at.UTC().Format(time.RFC3339))
}

// expiring is what Ready says beside the rest when the end is near.
func (s *State) expiring(status *v1alpha1.SellerStatus) string {
	at := status.CredentialsExpireAt
	if at == nil || s.Now.Before(at.Add(-announcedBefore)) {
		return ""
	}
	return fmt.Sprintf("; its credentials expire at %s: write new ones into Secret %s", at.UTC().Format(time.RFC3339), s.Seller.SecretName)
}
