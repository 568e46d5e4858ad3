package stage

import (
	"errors"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// Namespace is where everything is applied.
const Namespace = "default"

// EditedPhone is the phone number after an edit; no broker has it before.
const EditedPhone = "7770000"

// Edit is what a user changes.
var Edit = client.RawPatch("application/merge-patch+json", []byte(`{"spec":{"contact":{"phone":"`+EditedPhone+`"}}}`))

// Client is an administrator's.
func (c *ControlPlane) Client() (client.WithWatch, error) {
	scheme := runtime.NewScheme()
	if err := errors.Join(clientgoscheme.AddToScheme(scheme), v1alpha1.AddToScheme(scheme)); err != nil {
		return nil, err
	}
	return client.NewWithWatch(c.Config, client.Options{Scheme: scheme})
}

// Reseller is one with an identity of its own.
func Reseller(name string) *v1alpha1.Reseller {
	text := func(s string) *v1alpha1.Text { return ptr.To(v1alpha1.Text(s)) }
	mail := ptr.To(v1alpha1.Email("mail@" + name + ".example"))
	phone, prefix := ptr.To(v1alpha1.Phone("53564558")), ptr.To(v1alpha1.PhonePrefix("372"))
	return &v1alpha1.Reseller{
		ObjectMeta: metav1.ObjectMeta{Namespace: Namespace, Name: name},
		Spec: v1alpha1.ResellerSpec{
			SellerRef: v1alpha1.SellerReference{Name: "main"},
			Name:      text("Company " + name), RegistrationNumber: text(name),
			Domain:            ptr.To(v1alpha1.Domain(name + ".example")),
			NotificationEmail: mail, SupportEmail: mail,
			Contact: &v1alpha1.Contact{
				Name: text("John"), JobTitle: text("Admin"), Email: mail,
				PhonePrefix: prefix, Phone: phone, CellPhonePrefix: prefix, CellPhone: phone,
			},
			Address: &v1alpha1.Address{CountryCode: ptr.To(v1alpha1.CountryCode("EE"))},
		},
	}
}

// Seller is one of the fake's account, with its Secret, and without a brake:
// everything may be edited and deleted at once.
func Seller(sellerID, endpoint string) (*v1alpha1.Seller, *corev1.Secret) {
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: Namespace, Name: "cloudmore-api"},
		StringData: map[string]string{
			v1alpha1.SecretKeyUsername: fake.DefaultUsername, v1alpha1.SecretKeyPassword: fake.DefaultPassword,
			v1alpha1.SecretKeyClientSecret: fake.DefaultClientSecret,
		},
	}
	seller := &v1alpha1.Seller{
		ObjectMeta: metav1.ObjectMeta{Namespace: Namespace, Name: "main"},
		Spec: v1alpha1.SellerSpec{
			CredentialsSecretRef: v1alpha1.SecretReference{Name: "cloudmore-api"},
			SellerSettings: v1alpha1.SellerSettings{
				SellerID: v1alpha1.ID(sellerID), Endpoint: endpoint,
				Brake: v1alpha1.Brake{Enabled: ptr.To(false)},
			},
		},
	}
	return seller, secret
}

// Seconds is a duration of a manifest.
func Seconds(n int) metav1.Duration { return metav1.Duration{Duration: time.Duration(n) * time.Second} }
