package plan

import (
	"reflect"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

func TestDesiredFrom(t *testing.T) {
	text := func(v string) *v1alpha1.Text { p := v1alpha1.Text(v); return &p }
	domain, prefix, phone := v1alpha1.Domain("Example.COM"), v1alpha1.PhonePrefix("372"), v1alpha1.Phone("1")
	object := &v1alpha1.Reseller{
		ObjectMeta: metav1.ObjectMeta{Generation: 3, Annotations: map[string]string{v1alpha1.AnnotationForceDelete: "4711"}},
		Spec: v1alpha1.ResellerSpec{
			Name: text("A"), RegistrationNumber: text("12 3"), Domain: &domain, VAT: text(""),
			Contact:          &v1alpha1.Contact{Name: text("John"), PhonePrefix: &prefix, Phone: &phone},
			CustomProperties: []v1alpha1.CustomProperty{{ID: "segment", Value: (*string)(text("gold"))}, {ID: "empty"}},
			DriftPolicy:      v1alpha1.DriftReport, AdoptionPolicy: v1alpha1.AdoptMatchExisting,
			AllowCmpAccess: ptr(true), Suspend: ptr(true),
		},
	}
	d := DesiredFrom(object)
	for i := range broker.Fields {
		f := &broker.Fields[i]
		value, managed := f.Get(&d.Broker)
		want, named := map[string]string{
			"name": "A", "registrationNumber": "12 3", "domain": "Example.COM", "vat": "",
			"contact.name": "John", "contact.phonePrefix": "372", "contact.phone": "1", "allowCmpAccess": "true",
		}[f.API]
		if value != want || managed != named {
			t.Errorf("%s is %q, managed %t", f.API, value, managed)
		}
	}
	if want, _ := broker.IdentityFrom("123", "example.com"); d.Identity != want {
		t.Errorf("identity %+v", d.Identity)
	}
	if !d.Report || !d.MatchExisting || !d.Suspended || d.Observe || d.Deleting || d.Generation != 3 || d.ForceDelete != "4711" {
		t.Errorf("%+v", d)
	}
	if v, ok := d.Broker.Property("segment"); v != "gold" || !ok {
		t.Errorf("segment is %q", v)
	}
}

func TestRecordFrom(t *testing.T) {
	begun, at := metav1.NewMicroTime(now.Add(-time.Minute)), metav1.NewMicroTime(now)
	object := &v1alpha1.Reseller{
		ObjectMeta: metav1.ObjectMeta{UID: "u", Finalizers: []string{v1alpha1.FinalizerReseller, metav1.FinalizerDeleteDependents, "x/y"}},
		Status: v1alpha1.ResellerStatus{
			BrokerID: "4711", SellerID: "s", Endpoint: "e", Origin: v1alpha1.OriginAdopted,
			Broker:     &v1alpha1.ObservedBroker{RegistrationNumber: "123", Domain: "abcdef.example"},
			Normalized: []v1alpha1.Normalized{{Field: "spec.vat", Desired: "1", Observed: "EE1"}},
			Creation: &v1alpha1.Creation{
				CreationAttempt: v1alpha1.CreationAttempt{Attempt: "a", StartedAt: begun, Deadline: at, RegistrationNumber: "123", Domain: "abcdef.example"},
				SellerID:        "s", Endpoint: "e", Committed: true, PassedOver: []string{"4712"},
			},
			Deletion: &v1alpha1.Deletion{Attempt: "d", StartedAt: begun, Deadline: at, BrokerID: "4711"},
		},
	}
	r := RecordFrom(object)
	if !r.Finalizer || len(r.Foreign) != 1 || r.Foreign[0] != "x/y" {
		t.Errorf("finalizers: %t, %v", r.Finalizer, r.Foreign)
	}
	if r.Bound != identity || r.Account != broker.AccountOf("e", "s") || len(r.Accepted) != 1 {
		t.Errorf("%+v", r)
	}
	want := Intent{Attempt: "a", Deadline: now, Allowed: time.Minute, Identity: identity, Account: broker.AccountOf("e", "s"), Committed: true, Number: "123", Domain: "abcdef.example", PassedOver: []broker.ID{"4712"}}
	if !reflect.DeepEqual(*r.Creation, want) {
		t.Errorf("intent %+v", *r.Creation)
	}
	if *r.Deletion != (Deletion{Attempt: "d", Deadline: now, Allowed: time.Minute, BrokerID: "4711"}) {
		t.Errorf("deletion %+v", *r.Deletion)
	}
}

func TestNextLook(t *testing.T) {
	for _, row := range []struct {
		name string
		ago  time.Duration
		want time.Duration
	}{
		{"looks after a second first", 0, time.Second},
		{"then after two more", time.Second, 2 * time.Second},
		{"then after four", 3 * time.Second, 4 * time.Second},
		{"and never later than five minutes", time.Hour, lookAtMost},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := nextLook(now.Add(-row.ago), now).Sub(now); got != row.want {
				t.Errorf("in %s, not %s", got, row.want)
			}
		})
	}
}
