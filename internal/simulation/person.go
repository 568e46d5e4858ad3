package simulation

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// What every world has: a namespace and a Seller in it.
const (
	namespace  = "default"
	sellerName = "main"
	endpoint   = v1alpha1.DefaultEndpoint
)

// person is the client by which people work.
func (w *World) person() client.Client { return w.server.person("person") }

// must ends the run where a user was refused what must work.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// addSeller makes the Seller and its Secret; change may alter it before.
func (w *World) addSeller(change func(*v1alpha1.Seller)) {
	w.addSecret(namespace)
	w.addSellerNamed(sellerName, change)
}

// addSecret makes the Secret of the Sellers of a namespace.
func (w *World) addSecret(namespace string) {
	must(w.person().Create(background(), &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "login", Annotations: map[string]string{v1alpha1.AnnotationEndpoint: otherEndpoint}},
		Data: map[string][]byte{
			v1alpha1.SecretKeyUsername: []byte(fake.DefaultUsername), v1alpha1.SecretKeyPassword: []byte(fake.DefaultPassword),
			v1alpha1.SecretKeyClientSecret: []byte(fake.DefaultClientSecret),
		},
	}))
}

// addSellerNamed makes a Seller of the same account, with the same Secret.
func (w *World) addSellerNamed(name string, change func(*v1alpha1.Seller)) {
	key := named(name)
	s := &v1alpha1.Seller{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name}}
	s.Spec.SellerID, s.Spec.Endpoint = v1alpha1.ID(fake.DefaultSellerID), endpoint
	s.Spec.CredentialsSecretRef.Name = "login"
	s.Spec.RateLimit = v1alpha1.RateLimit{RequestsPerSecond: 1000, Burst: 1000, MaxInFlight: 8}
	if change != nil {
		change(s)
	}
	must(w.person().Create(background(), s))
}

// newReseller is a Reseller of a company; change may alter it.
func newReseller(name, company string, change func(*v1alpha1.Reseller)) *v1alpha1.Reseller {
	text := func(s string) *v1alpha1.Text { return ptr.To(v1alpha1.Text(s)) }
	mail := ptr.To(v1alpha1.Email("mail@" + company + ".example"))
	phone, prefix := ptr.To(v1alpha1.Phone("53564558")), ptr.To(v1alpha1.PhonePrefix("372"))
	key := named(name)
	r := &v1alpha1.Reseller{
		ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name},
		Spec: v1alpha1.ResellerSpec{
			SellerRef: v1alpha1.SellerReference{Kind: v1alpha1.SellerKindSeller, Name: sellerName},
			Name:      text("Company " + company), RegistrationNumber: text("R" + company),
			Domain:            ptr.To(v1alpha1.Domain(company + ".example")),
			NotificationEmail: mail, SupportEmail: mail,
			Contact: &v1alpha1.Contact{
				Name: text("John"), JobTitle: text("Admin"), Email: mail,
				PhonePrefix: prefix, Phone: phone, CellPhonePrefix: prefix, CellPhone: phone,
			},
			Address: &v1alpha1.Address{CountryCode: ptr.To(v1alpha1.CountryCode("EE"))},
		},
	}
	if change != nil {
		change(r)
	}
	return r
}

// newBroker is the same company as people make it in the portal.
func newBroker(company string) fake.Broker {
	mail := "mail@" + company + ".example"
	return fake.Broker{
		Name: "Company " + company, RegistrationNumber: "R" + company, Domain: company + ".example",
		NotificationEmail: mail, SupportEmail: mail,
		Contact: fake.Contact{
			Name: "John", JobTitle: "Admin", Email: mail, PhonePrefix: "372", Phone: "53564558", CellPhonePrefix: "372", CellPhone: "53564558",
		},
		Address: fake.Address{CountryCode: "EE"},
	}
}

// add makes a Reseller.
func (w *World) add(r *v1alpha1.Reseller) { must(w.person().Create(background(), r)) }

// reseller is the Reseller of a name as stored, nil for none.
func (w *World) reseller(name string) *v1alpha1.Reseller {
	found, err := w.server.find("Reseller", named(name))
	if err != nil {
		return nil
	}
	return found.obj.(*v1alpha1.Reseller)
}

// edit changes a Reseller as a user does: again, when somebody else wrote
// meanwhile. It reports whether the API server took it.
func (w *World) edit(name string, change func(*v1alpha1.Reseller)) bool {
	stored := w.reseller(name)
	if stored == nil {
		return false
	}
	next := stored.DeepCopy()
	change(next)
	return w.person().Patch(background(), next, client.MergeFrom(stored)) == nil
}

// remove deletes a Reseller.
func (w *World) remove(name string) {
	if r := w.reseller(name); r != nil {
		must(w.person().Delete(background(), r))
	}
}

// removeElsewhere deletes a broker in the portal; it may be gone.
func (w *World) removeElsewhere(id string) { _ = w.fake.Remove(id) }

// reasonOfA is what Ready of "a" says, whom the named schedules are about; "gone"
// when it is not there.
func (w *World) reasonOfA() string {
	r := w.reseller("a")
	if r == nil {
		return "gone"
	}
	if c := meta.FindStatusCondition(r.Status.Conditions, v1alpha1.ConditionReady); c != nil {
		return c.Reason
	}
	return ""
}

// inSync reports whether a Reseller is Ready as its spec is now.
func (w *World) inSync(name string) bool {
	r := w.reseller(name)
	return r != nil && meta.IsStatusConditionTrue(r.Status.Conditions, v1alpha1.ConditionReady) && r.Status.ObservedGeneration == r.Generation
}

// phone is an edit of a field that does not identify the broker.
func phone(number string) func(*v1alpha1.Reseller) {
	return func(r *v1alpha1.Reseller) { r.Spec.Contact.Phone = ptr.To(v1alpha1.Phone(number)) }
}

// when adds something that happens once a condition holds.
func (w *World) when(condition func() bool, do func()) *stage {
	s := &stage{when: condition, do: do}
	w.script = append(w.script, s)
	return s
}

// since holds when so much time has passed after a moment.
func since(begin time.Time, d time.Duration) func() bool {
	return func() bool { return !now().Before(begin.Add(d)) }
}
