package controller_test

import (
	"net/http"
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// operations are those that a behaviour of the API may strike, by the names that the
// rows have: the login, the list of brokers, the details of one, the question for its
// services, and the writes.
var operations = []struct {
	name string
	op   fake.Operation
}{
	{"token", fake.OpToken},
	{"list", fake.OpList},
	{"GET", fake.OpGet},
	{"services", fake.OpActiveReseller},
	{"POST", fake.OpCreate},
	{"PUT", fake.OpUpdate},
	{"DELETE", fake.OpDelete},
}

var (
	every  = []string{"token", "list", "GET", "services", "POST", "PUT", "DELETE"}
	called = every[1:] // with a token
	writes = every[4:]
)

// quirk is a way in which an API behaves otherwise than expected. Each operation that it
// can strike has a row in testdata/quirks.txt.
type quirk struct {
	name    string
	strikes []string
	// core is the operation whose row is part of make test.
	core string
	// One of these is what it does: an answer in place of the true one, another shape of
	// all answers, or something that a user does in the portal to one broker.
	fault  fake.Fault
	shapes func(*fake.Shapes)
	portal func(s *fake.Server, id string) error
	mended func(s *fake.Server, id string) error // undoes portal; nil: nothing
	// entry is how lists show the broker; "" as it is.
	entry fake.Entry
	// early says that the portal or the shapes were so before anything of the operation
	// was called, so that what is read before a write shows it.
	early bool
	// accepted has a user call right what the list says, as soon as the quirk has struck.
	accepted bool
	// spec is what the bound Reseller names otherwise; its broker is adopted then.
	spec func(s *v1alpha1.ResellerSpec, id string)
}

// refusal is a quirk that answers with a status in some form.
func refusalOf(name string, strikes []string, core string, status int, form fake.Form) quirk {
	return quirk{name: name, strikes: strikes, core: core, fault: fake.Fault{Status: status, Form: form, Says: "The books of 2026 are closed"}}
}

// quirks are all of them.
var quirks = slices.Concat(refusals, failures, shapesOfAnswers, contradictions, lists, values)

var refusals = []quirk{
	refusalOf("400 with a list of errors", every, "POST", http.StatusBadRequest, fake.FormList),
	{
		name: "400 with a model state", strikes: writes, core: "PUT",
		fault: fake.Fault{Status: http.StatusBadRequest, Form: fake.FormModelState, Field: "Contact.Phone", Says: "No such number"},
	},
	refusalOf("400 as text", every, "PUT", http.StatusBadRequest, fake.FormText),
	{name: "401", strikes: every, core: "token", fault: fake.Fault{Status: http.StatusUnauthorized}},
	refusalOf("403 with problem details", every, "DELETE", http.StatusForbidden, fake.FormProblem),
	refusalOf("403 as a web page", every, "token", http.StatusForbidden, fake.FormHTML),
	refusalOf("404 with a message", every, "list", http.StatusNotFound, fake.FormMessage),
	refusalOf("405 without a word", writes, "PUT", http.StatusMethodNotAllowed, fake.FormEmpty),
	refusalOf("409 with a message", writes, "DELETE", http.StatusConflict, fake.FormMessage),
	refusalOf("413 without a word", writes, "POST", http.StatusRequestEntityTooLarge, fake.FormEmpty),
	refusalOf("422 with errors", writes, "POST", http.StatusUnprocessableEntity, fake.FormErrors),
	refusalOf("200 that denies", every, "GET", http.StatusOK, fake.FormDenial),
}

var failures = []quirk{
	refusalOf("408 without a word", every, "services", http.StatusRequestTimeout, fake.FormEmpty),
	refusalOf("425 with a message", every, "PUT", http.StatusTooEarly, fake.FormMessage),
	{name: "429 with a pause", strikes: every, core: "POST", fault: fake.Fault{Status: http.StatusTooManyRequests, RetryAfter: time.Second}},
	refusalOf("500 with a message", every, "PUT", http.StatusInternalServerError, fake.FormMessage),
	refusalOf("503 as text", every, "list", http.StatusServiceUnavailable, fake.FormText),
	{name: "no answer", strikes: every, core: "DELETE", fault: fake.Fault{Delay: time.Hour}},
	{name: "a connection that breaks", strikes: every, core: "GET", fault: fake.Fault{Drop: fake.DropConnection}},
	{name: "a lost answer to what took effect", strikes: writes, core: "POST", fault: fake.Fault{Drop: fake.DropConnection, Commit: fake.CommitYes}},
	{name: "a redirect elsewhere", strikes: every, core: "POST", fault: fake.Fault{Status: http.StatusFound, RedirectTo: "https://elsewhere.example"}},
	{name: "a maintenance page with 200", strikes: every, core: "services", fault: fake.Fault{Status: http.StatusOK, Body: fake.BodyHTML}},
	{name: "an answer that ends in the middle", strikes: called[:3], core: "list", fault: fake.Fault{Body: fake.BodyCut}},
}

var shapesOfAnswers = []quirk{
	{name: "201 without an id", strikes: []string{"POST"}, core: "POST", shapes: func(s *fake.Shapes) { s.CreateAnswer = fake.CreateNothing }},
	{name: "201 with a Location only", strikes: []string{"POST"}, core: "POST", shapes: func(s *fake.Shapes) { s.CreateAnswer = fake.CreateLocation }},
	{name: "an envelope {data}", strikes: []string{"list", "GET", "POST", "PUT"}, core: "GET", shapes: func(s *fake.Shapes) { s.Envelope = fake.EnvelopeData }},
	{name: "null groups", strikes: []string{"PUT"}, core: "PUT", early: true, shapes: func(s *fake.Shapes) { s.NullGroups = true }},
	{name: "read-only members that are refused", strikes: []string{"PUT"}, core: "PUT", early: true, shapes: func(s *fake.Shapes) { s.ReadOnlyMembers = []string{"createdDate"} }},
	{name: "members that an update must carry", strikes: []string{"PUT"}, core: "PUT", shapes: func(s *fake.Shapes) { s.RequiredMembers = []string{"id"} }},
	{name: "a field that is taken and not stored", strikes: []string{"PUT"}, core: "PUT", shapes: func(s *fake.Shapes) { s.IgnoredFields = []string{"supportEmail"} }},
	{
		name: "an update that alters what the spec does not name", strikes: []string{"PUT"}, core: "PUT", early: true,
		spec:   func(s *v1alpha1.ResellerSpec, id string) { s.BrokerID, s.Contact.Phone = v1alpha1.ID(id), nil },
		shapes: func(s *fake.Shapes) { s.Spell = []string{"update contact.phone glue=00372"} },
	},
	{name: "204 to an update", strikes: []string{"PUT"}, core: "PUT", shapes: func(s *fake.Shapes) { s.UpdateStatus = http.StatusNoContent }},
	{name: "a list in pages", strikes: []string{"list"}, core: "list", shapes: func(s *fake.Shapes) { s.PageSize, s.List = 1, fake.ListItems }},
	{name: "a late list", strikes: []string{"list", "POST"}, core: "POST", shapes: func(s *fake.Shapes) { s.ListLag = 800 * time.Millisecond }},
	{name: "a delete that ends as inactive", strikes: []string{"DELETE"}, core: "DELETE", shapes: func(s *fake.Shapes) { s.DeleteSoft = true }},
}

var contradictions = []quirk{
	{
		name: "an outage like an empty account", strikes: called, core: "list",
		shapes: func(s *fake.Shapes) { s.EmptyAccount = true },
	},
	{name: "one list that is empty", strikes: []string{"list"}, core: "list", fault: fake.Fault{List: fake.ListEmpty, Times: 1}},
	{
		name: "listed, and GET says 404", strikes: []string{"GET", "services", "PUT", "DELETE"}, core: "GET",
		portal: func(s *fake.Server, id string) error { return s.SetUnreadable(id, true) },
		mended: func(s *fake.Server, id string) error { return s.SetUnreadable(id, false) },
	},
	{
		name: "readable, and in no list", strikes: []string{"list", "GET", "DELETE"}, core: "list",
		portal: func(s *fake.Server, id string) error { return s.SetUnlisted(id, true) },
		mended: func(s *fake.Server, id string) error { return s.SetUnlisted(id, false) },
	},
	{
		name: "deleted in the portal", strikes: []string{"list", "GET", "services", "PUT", "DELETE"}, core: "PUT",
		portal: (*fake.Server).Remove,
	},
	{
		name: "deactivated in the portal", strikes: []string{"list", "GET", "PUT", "DELETE"}, core: "GET",
		portal: (*fake.Server).Deactivate,
	},
	{
		name: "services in use", strikes: []string{"services"}, core: "services",
		portal: func(s *fake.Server, id string) error { return s.SetServices(id, true) },
		mended: func(s *fake.Server, id string) error { return s.SetServices(id, false) },
	},
	{
		name: "an old value that is not valid any more", strikes: []string{"PUT"}, core: "PUT", early: true,
		spec: func(s *v1alpha1.ResellerSpec, id string) { s.BrokerID, s.NotificationEmail = v1alpha1.ID(id), nil },
		portal: func(s *fake.Server, id string) error {
			return s.Edit(id, func(b *fake.Broker) { b.NotificationEmail = "none" })
		},
		mended: func(s *fake.Server, id string) error {
			return s.Edit(id, func(b *fake.Broker) { b.NotificationEmail = "notify@abc.example" })
		},
	},
}

// listedAs has lists show a broker as one that can't be told apart.
func listedAs(name string, as fake.Entry) quirk {
	return quirk{
		name: name, strikes: called, core: "list", early: true, entry: as,
		portal: func(s *fake.Server, id string) error { return s.SetEntry(orAnother(s, id), as) },
		mended: func(s *fake.Server, id string) error { return s.SetEntry(orAnother(s, id), "") },
	}
}

// orAnother is the id of a broker; of one that nobody seeks where the one is yet to be made.
func orAnother(s *fake.Server, id string) string {
	if id != "" {
		return id
	}
	if at := slices.IndexFunc(s.Live(), ofName("odd Company")); at >= 0 {
		return s.Live()[at].ID
	}
	return s.Add(fake.Broker{Name: "odd Company", RegistrationNumber: "7654321", Domain: "odd.example"})
}

func ofName(name string) func(fake.Record) bool {
	return func(r fake.Record) bool { return r.Broker.Name == name }
}

// beforePOST is a quirk beside which nothing is created: its row of the list says so.
func beforePOST(q quirk) quirk {
	q.strikes = slices.DeleteFunc(slices.Clone(q.strikes), func(op string) bool { return op == "POST" })
	return q
}

// calledRight is a quirk of which a user says that the list is right.
func calledRight(q quirk) quirk {
	q.name, q.strikes, q.accepted = q.name+", called right", []string{"list"}, true
	return q
}

var (
	withoutID = listedAs("an entry without an id", fake.EntryNoID)
	blank     = beforePOST(listedAs("an entry that shows nothing", fake.EntryBlank))
	idTwice   = listedAs("an entry with the id of another", fake.EntryTwice)
	inactives = quirk{
		name: "a total above what is listed", strikes: []string{"list", "POST", "PUT", "DELETE"}, core: "list",
		shapes: func(s *fake.Shapes) { s.AnnouncedMore = 1 },
	}
)

// lists are what lists show otherwise than it is, and say of themselves.
var lists = []quirk{
	withoutID, blank, idTwice, inactives,
	calledRight(withoutID), calledRight(blank), calledRight(idTwice), calledRight(inactives),
	{
		name: "a short list that says so", strikes: []string{"list"}, core: "list",
		fault: fake.Fault{List: fake.ListShort, Missing: 2, Announce: fake.AnnounceToken},
	},
	{
		name: "a row for each service", strikes: []string{"services", "DELETE"}, core: "services", early: true,
		portal: func(s *fake.Server, _ string) error {
			_ = s.SetServices(s.Live()[slices.IndexFunc(s.Live(), ofName("bystander Company"))].ID, true) // it was just found
			return s.SetShapes(fake.Shapes{ServiceRows: 2})
		},
		mended: func(s *fake.Server, _ string) error { return s.SetShapes(fake.Shapes{}) },
	},
}

// values are bodies and members that have no meaning.
var values = []quirk{
	{name: "a success that is a word", strikes: []string{"services", "POST", "PUT", "DELETE"}, core: "POST", fault: fake.Fault{Body: fake.BodyWord}},
	{name: "a success that is a number", strikes: []string{"services", "POST", "PUT", "DELETE"}, core: "PUT", fault: fake.Fault{Body: fake.BodyNumber}},
	{
		name: "a property id that is there twice", strikes: []string{"GET", "PUT"}, core: "PUT", early: true,
		portal: func(s *fake.Server, id string) error {
			return s.Edit(id, func(b *fake.Broker) {
				b.CustomProperties = []fake.CustomProperty{{ID: "tier", Value: "gold"}, {ID: "tier", Value: "silver"}}
			})
		},
		mended: func(s *fake.Server, id string) error {
			return s.Edit(id, func(b *fake.Broker) { b.CustomProperties = nil })
		},
	},
	{
		name: "a gateway that knows no such path", strikes: called, core: "services",
		fault: fake.Fault{Status: http.StatusNotFound, Form: fake.FormMessage, Says: "no Route matched with those values"},
	},
}
