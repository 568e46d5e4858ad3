package simulation

import (
	"testing"
	"time"

	"k8s.io/utils/ptr"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// valuedLives are schedules in which the API writes values in its own way, ignores them, or
// shows them late: in sync is true, no edit is lost, and what the spec does not name
// stays.
var valuedLives = []scenario{
	notAccepted("a value that the API ignores is not called in sync, though it echoes it", "name", "Another name", fake.Shapes{
		Spell: []string{"update name ignore"}, UpdateAnswer: fake.UpdateEcho, ListContent: fake.ListDetail,
	}),
	notAccepted("nor where it writes the earlier one again", "address.countryCode", "FI", fake.Shapes{
		Spell: []string{"update address.countryCode ignore", "update address.countryCode iso3"},
	}),
	notAccepted("nor where updates are shown late", "name", "Another name", fake.Shapes{
		Spell: []string{"update name ignore"}, UpdateLag: 20 * time.Second, UpdateStatus: 204,
	}),
	{name: "nor where somebody changes the ignored field elsewhere", options: writing(fake.Shapes{
		Spell: []string{"update name ignore"}, UpdateStatus: 204,
	}), run: func(w *World) {
		w.start(0, 0)
		w.live("a", nil)
		w.edit("a", wants("name", "Another name"))
		w.calm(time.Hour / 2)
		must(w.fake.Edit(w.newest(), func(b *fake.Broker) { b.Name = "Portal" }))
		w.calm(time.Hour)
	}, ends: v1alpha1.ReasonNotAccepted},
	{name: "what the API shortens is in sync, over restarts", options: writing(fake.Shapes{
		Spell: []string{"store name short", "show name entities"}, UpdateAnswer: fake.UpdateNothing,
	}), run: func(w *World) {
		w.start(0, 0)
		w.live("a", nil)
		w.edit("a", wants("name", "Main Street & Sons"))
		w.calm(time.Hour)
		w.failOver()
		w.edit("a", wants("supportEmail", "help@acme.example"))
		w.calm(time.Hour)
	}, ends: v1alpha1.ReasonInSync},
	{name: "an edit that waits while an object is suspended is sent under Report, by the next manager", run: func(w *World) {
		w.start(0, 0)
		w.live("a", func(r *v1alpha1.Reseller) { r.Spec.DriftPolicy = v1alpha1.DriftReport })
		w.edit("a", func(r *v1alpha1.Reseller) { r.Spec.Suspend = ptr.To(true) })
		w.edit("a", wants("name", "Edited"))
		w.calm(time.Hour)
		w.failOver()
		must(w.fake.Edit(w.newest(), func(b *fake.Broker) { b.SupportEmail = "portal@acme.example" }))
		w.calm(time.Hour)
		w.edit("a", func(r *v1alpha1.Reseller) { r.Spec.Suspend = nil })
		w.calm(time.Hour)
	}, ends: v1alpha1.ReasonDriftReported},
	{name: "and one that waits under Observe", run: func(w *World) {
		w.start(0, 0)
		w.live("a", func(r *v1alpha1.Reseller) { r.Spec.DriftPolicy = v1alpha1.DriftReport })
		w.edit("a", func(r *v1alpha1.Reseller) { r.Spec.ManagementPolicy = v1alpha1.Observe })
		w.edit("a", wants("name", "Edited"))
		w.calm(time.Hour)
		w.edit("a", func(r *v1alpha1.Reseller) { r.Spec.ManagementPolicy = v1alpha1.Manage })
		w.calm(time.Hour)
	}, ends: v1alpha1.ReasonInSync},
	{name: "and one made while a create that was refused and done is settled, by who then names the broker", options: writing(fake.Shapes{
		Spell: []string{"store contact.name prefix=No"},
	}), run: func(w *World) {
		w.start(0, 0)
		w.on("", post, refusal(422, fake.FormErrors, true))
		w.add(newReseller("a", "acme", func(r *v1alpha1.Reseller) { r.Spec.DriftPolicy = v1alpha1.DriftReport }))
		w.calm(time.Minute)
		w.edit("a", wants("supportEmail", "help@acme.example"))
		w.calm(time.Hour)
		w.edit("a", naming(w.newest()))
		w.calm(time.Hour)
	}, ends: v1alpha1.ReasonDriftReported},
	{name: "an edit that goes back to what was shown before an update that the API refused and did", run: func(w *World) {
		w.start(0, 0)
		w.live("a", func(r *v1alpha1.Reseller) { r.Spec.DriftPolicy = v1alpha1.DriftReport })
		before := *w.reseller("a").Spec.Name
		w.on("", put, refusal(400, fake.FormText, true))
		w.edit("a", wants("name", "Other"))
		w.Run(time.Minute, func() bool { return reasonFor(w.reseller("a")) == v1alpha1.ReasonRefused })
		w.edit("a", wants("name", string(before)))
		w.calm(time.Hour)
	}, ends: v1alpha1.ReasonInSync},
	{name: "an edit that goes back to what GETs show still, after an update that nothing answers", options: writing(fake.Shapes{
		UpdateLag: 20 * time.Second, UpdateStatus: 204,
	}), run: func(w *World) {
		w.start(0, 0)
		w.live("a", func(r *v1alpha1.Reseller) { r.Spec.DriftPolicy = v1alpha1.DriftReport })
		before := *w.reseller("a").Spec.Name
		w.edit("a", wants("name", "Other"))
		w.Run(time.Minute, func() bool { return w.fake.Calls(fake.OpUpdate) > 0 })
		w.edit("a", wants("name", string(before)))
		w.calm(time.Hour)
	}, ends: v1alpha1.ReasonInSync},
	unmanaged("an update keeps what the spec does not name, where the API shows it in its own way", v1alpha1.ReasonInSync,
		"show vat upper", "show name trim"),
	unmanaged("no update stores a mask that the API shows", v1alpha1.ReasonUnmanagedFieldChanged,
		"show vat upper", "show invoiceContact.email mask"),
	unmanaged("an update that changes what the spec does not name is the last one", v1alpha1.ReasonUnmanagedFieldChanged,
		"show address.city escape", "show customProperties[segment] glue=No"),
}

// notAccepted is the life of an edit that the API ignores.
func notAccepted(name, field, value string, shapes fake.Shapes) scenario {
	return scenario{name: name, options: writing(shapes), run: func(w *World) {
		w.start(0, 0)
		w.live("a", nil)
		w.edit("a", wants(field, value))
		w.calm(time.Hour)
	}, ends: v1alpha1.ReasonNotAccepted}
}

// unmanaged is the life of a broker with fields that the spec does not name.
func unmanaged(name, ends string, spell ...string) scenario {
	return scenario{name: name, options: writing(fake.Shapes{Spell: spell}), run: func(w *World) {
		w.start(0, 0)
		w.live("a", nil)
		must(w.fake.Edit(w.newest(), func(b *fake.Broker) {
			b.VAT, b.Address.City, b.Address.PostalCode = "ee1", "S\u00f8n & Co", "0123"
			b.InvoiceContact = &fake.InvoiceContact{Name: "Invoices", Email: "invoices@acme.example", Phone: "5550001", PhonePrefix: "372"}
			b.CustomProperties = []fake.CustomProperty{{ID: "segment", Value: "gold"}, {ID: "unit", Value: "north"}}
		}))
		w.calm(time.Hour)
		w.edit("a", phone("7770000"))
		w.calm(time.Hour)
	}, ends: ends}
}

// writing are the options of an API that writes so.
func writing(shapes fake.Shapes) Options { return Options{Shapes: shapes} }

// wants is an edit of any field.
func wants(path, value string) func(*v1alpha1.Reseller) {
	return func(r *v1alpha1.Reseller) { setSpec(r, path, &value) }
}

func TestValues(t *testing.T) {
	for i := range valuedLives {
		s := &valuedLives[i]
		t.Run(s.name, s.test)
	}
}
