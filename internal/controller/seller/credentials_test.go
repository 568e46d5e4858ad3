package seller

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

func TestPermits(t *testing.T) {
	const other = "https://api-dev.cloudmore.com"
	for _, row := range []struct {
		name, endpoint, annotation string
		want                       bool
	}{
		{"sends credentials to the default endpoint", v1alpha1.DefaultEndpoint, "", true},
		{"sends credentials where the Secret says", other, other, true},
		{"sends credentials to this machine", "http://127.0.0.1:8080", "", true},
		{"sends credentials to this machine by name", "http://localhost:8080", "", true},
		{"sends credentials to this machine over IPv6", "http://[::1]:8080", "", true},
		{"keeps credentials from an endpoint that the Secret does not name", other, "", false},
		{"keeps credentials from another endpoint than the Secret names", "https://evil.example", other, false},
		{"keeps credentials from this machine when the Secret names another endpoint", "http://127.0.0.1:8080", other, false},
		{"keeps credentials from a name that looks like this machine", "https://localhost.evil.example", "", false},
		{"keeps credentials from an address that begins like this machine's", "https://127.0.0.1.evil.example", "", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{v1alpha1.AnnotationEndpoint: row.annotation}}}
			if got := permits(secret, row.endpoint); got != row.want {
				t.Errorf("permits(%s) is %t", row.endpoint, got)
			}
		})
	}
}
