package cli_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// atOnce is how many edits are foreseen together, and then made.
const atOnce = 10

// edits are random ones of a world that a script made: each is foreseen by diff, then made,
// and what the account then records is compared with what was foreseen.
type edits struct {
	*stage
	ts     *testscript.TestScript
	random *rand.Rand
	names  []string
	made   int
	// left is how many of each action were foreseen, and happened.
	left map[string]int
}

// edit is one of them: the object as it is to be, nil where it is deleted.
type edit struct {
	name string
	next *v1alpha1.Reseller
}

// editsMade runs EDITS edits, or else so many, of a world of half as many objects.
func editsMade(ts *testscript.TestScript, _ bool, args []string) {
	word := args[0]
	if more := os.Getenv("EDITS"); more != "" {
		word = more
	}
	n, err := strconv.Atoi(word)
	ts.Check(err)
	e := &edits{stage: of(ts), ts: ts, random: rand.New(rand.NewPCG(21, 1)), left: map[string]int{}}
	ts.Check(e.populate(n / 2))
	for n > 0 {
		ts.Check(e.round(min(n, atOnce)))
		n -= atOnce
	}
	ts.Logf("foreseen, and so it happened: %v", e.left)
	for _, action := range []string{"create", "update", "delete", "adopt", "orphan", "wait", "nothing"} {
		if e.left[action] == 0 {
			ts.Fatalf("no edit was foreseen as %s", action)
		}
	}
}

// populate makes Resellers, of which every third adopts its broker.
func (e *edits) populate(n int) error {
	for range n {
		r := e.object()
		if e.made%3 == 0 {
			r.Spec.BrokerID = v1alpha1.ID(e.portal(r))
		}
		if err := e.server.Create(context.Background(), r); err != nil {
			return err
		}
		e.names = append(e.names, r.Name)
	}
	return e.bound(n)
}

// object is a Reseller of a company that there is not.
func (e *edits) object() *v1alpha1.Reseller {
	e.made++
	domain := fmt.Sprintf("company%d.example", e.made)
	text := func(s string) *v1alpha1.Text { return ptr.To(v1alpha1.Text(s)) }
	mail, phone, prefix := ptr.To(v1alpha1.Email("mail@"+domain)), ptr.To(v1alpha1.Phone("53564558")), ptr.To(v1alpha1.PhonePrefix("372"))
	return &v1alpha1.Reseller{
		TypeMeta:   metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: "Reseller"},
		ObjectMeta: metav1.ObjectMeta{Namespace: e.namespace, Name: fmt.Sprintf("company%d", e.made)},
		Spec: v1alpha1.ResellerSpec{
			SellerRef: v1alpha1.SellerReference{Name: "main"}, Name: text("Company " + domain), RegistrationNumber: text(fmt.Sprintf("77%05d", e.made)),
			Domain: ptr.To(v1alpha1.Domain(domain)), NotificationEmail: mail, SupportEmail: mail,
			Contact: &v1alpha1.Contact{Name: text("John"), JobTitle: text("Admin"), Email: mail, PhonePrefix: prefix, Phone: phone, CellPhonePrefix: prefix, CellPhone: phone},
			Address: &v1alpha1.Address{CountryCode: ptr.To(v1alpha1.CountryCode("EE"))},
		},
	}
}

// portal makes the broker that a Reseller describes.
func (e *edits) portal(r *v1alpha1.Reseller) string {
	var b fake.Broker
	e.ts.Check(convert(r.Spec, &b))
	return e.api.Add(b)
}

// round foresees edits, makes them, and compares.
func (e *edits) round(n int) error {
	all := make([]edit, 0, n)
	for range n {
		next, err := e.draw()
		if err != nil {
			return err
		}
		all = append(all, *next)
	}
	expected, err := e.foresee(all)
	if err != nil {
		return err
	}
	before := len(e.api.History())
	if err := e.make(all); err != nil {
		return err
	}
	if err := e.settled(all); err != nil {
		return err
	}
	return e.compare(all, expected, e.api.History()[before:])
}

// draw is one edit by chance, of an object that this round has not edited yet.
func (e *edits) draw() (*edit, error) {
	if kind := e.random.IntN(10); kind < 3 || len(e.names) == 0 {
		return e.newcomer(kind), nil
	}
	i := e.random.IntN(len(e.names))
	r := &v1alpha1.Reseller{}
	if err := e.server.Get(context.Background(), client.ObjectKey{Namespace: e.namespace, Name: e.names[i]}, r); err != nil {
		return nil, err
	}
	e.names = append(e.names[:i], e.names[i+1:]...) // it comes back with the end of the round
	switch e.random.IntN(8) {
	case 0, 1:
		return &edit{name: r.Name}, nil
	case 2:
		r.Spec.Suspend = ptr.To(true)
		r.Spec.VAT = ptr.To(v1alpha1.Text("EE1"))
	case 3:
		r.Spec.DriftPolicy = v1alpha1.DriftReport
		e.drift(r)
	case 4:
		e.drift(r)
	case 5:
		r.Spec.VAT = ptr.To(v1alpha1.Text(""))
	default:
		r.Spec.Name, r.Spec.Contact.Phone = ptr.To(v1alpha1.Text(fmt.Sprintf("Name %d", e.random.IntN(1000)))), ptr.To(v1alpha1.Phone(strconv.Itoa(5550000+e.random.IntN(1000))))
	}
	return &edit{r.Name, r}, nil
}

// newcomer is an object that is made: of a company that there is not, or of one that the
// portal has.
func (e *edits) newcomer(kind int) *edit {
	r := e.object()
	switch kind {
	case 0:
	case 1:
		r.Spec.BrokerID = v1alpha1.ID(e.portal(r))
		if e.random.IntN(2) == 0 {
			r.Spec.VAT = ptr.To(v1alpha1.Text("EE9"))
		}
	default:
		e.portal(r)
	}
	return &edit{r.Name, r}
}

// drift changes its broker in the portal, and has the object ask for a look.
func (e *edits) drift(r *v1alpha1.Reseller) {
	if r.Status.BrokerID == "" {
		return // it waits for a user
	}
	e.made++
	e.ts.Check(e.api.Edit(r.Status.BrokerID, func(b *fake.Broker) { b.SupportEmail = fmt.Sprintf("other%d@portal.example", e.made) }))
	metav1.SetMetaDataAnnotation(&r.ObjectMeta, v1alpha1.AnnotationReconcileRequestedAt, strconv.Itoa(e.made))
}

// make makes them at once.
func (e *edits) make(all []edit) error {
	ctx := context.Background()
	for i := range all {
		var err error
		switch next := all[i].next; {
		case next == nil:
			err = e.server.Delete(ctx, &v1alpha1.Reseller{ObjectMeta: metav1.ObjectMeta{Namespace: e.namespace, Name: all[i].name}})
		case next.ResourceVersion == "":
			err = e.server.Create(ctx, next.DeepCopy())
		default:
			err = e.server.Update(ctx, next.DeepCopy())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// manifest writes what diff is asked about.
func (e *edits) manifest(folder string, r *v1alpha1.Reseller) error {
	tree := map[string]any{}
	if err := convert(r, &tree); err != nil {
		return err
	}
	delete(tree, "status")
	tree["apiVersion"], tree["kind"] = v1alpha1.GroupVersion.String(), "Reseller"
	text, err := yaml.Marshal(tree)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, r.Name+".yaml"), text, 0o600)
}
