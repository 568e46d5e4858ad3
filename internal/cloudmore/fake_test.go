package cloudmore

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// TestLifeOfABroker walks through create, read, list, update and delete under
// every answer that the documentation leaves open.
func TestLifeOfABroker(t *testing.T) {
	rows := map[string]fake.Shapes{
		"as expected":               {},
		"ids are integers":          {IDs: fake.IDInteger},
		"ids are brokerId":          {IDKey: fake.KeyBrokerID},
		"ids are resellerId":        {IDKey: fake.KeyResellerID, IDs: fake.IDInteger},
		"201 shows an id object":    {CreateAnswer: fake.CreateIDObject},
		"201 shows the bare GUID":   {CreateAnswer: fake.CreateBareID},
		"201 shows the bare number": {CreateAnswer: fake.CreateBareID, IDs: fake.IDInteger},
		"201 shows a Location":      {CreateAnswer: fake.CreateLocation},
		"201 shows nothing":         {CreateAnswer: fake.CreateNothing},
		"property ids are integers": {PropertyIDs: fake.PropertyInteger},
		"empty is the empty string": {Empty: fake.EmptyString},
		"empty is omitted":          {Empty: fake.EmptyOmitted},
		"details have more fields":  {ExtraFields: true},
		"list under items":          {List: fake.ListItems},
		"list under data":           {List: fake.ListData},
		"list under value":          {List: fake.ListValue},
		"list under results":        {List: fake.ListResults},
		"list shows details":        {ListContent: fake.ListDetail},
		"list shows names only":     {ListFields: []string{"name"}},
		"list in numbered pages":    {List: fake.ListItems, PageSize: 2, Paging: fake.PagingNumbers},
		"list in linked pages":      {List: fake.ListData, PageSize: 2, Paging: fake.PagingNextLink},
		"list in header pages":      {PageSize: 2, Paging: fake.PagingHeader},
		"list in upper case":        {ListUpperCaseIDs: true},
		"update answers 204":        {UpdateStatus: 204},
		"delete answers 200":        {DeleteStatus: 200},
		"delete answers 202":        {DeleteStatus: 202},
	}
	for name, shapes := range rows {
		t.Run(name, func(t *testing.T) {
			client, server := onFake(t, fake.Options{Shapes: shapes})
			for i := range 5 {
				server.Add(fake.Broker{Name: fmt.Sprint("Other ", i)})
			}
			server.AddForeign(fake.Broker{Name: "Somebody else's"})
			live(t, client, server)
		})
	}
}

func live(t *testing.T, client *Client, server *fake.Server) {
	t.Helper()
	shapes, want := server.Shapes(), acme()
	if shapes.PropertyIDs == fake.PropertyInteger {
		want.CustomProperties[0].ID = "12"
	}
	made, err := client.Create(t.Context(), want)
	if err != nil {
		t.Fatalf("create: %v", err)
	}
	records := server.Live()
	id := broker.ID(records[len(records)-1].ID)
	bareNumber := shapes.CreateAnswer == fake.CreateBareID && shapes.IDs == fake.IDInteger // may be how many were made
	if shown := shapes.CreateAnswer != fake.CreateNothing && !bareNumber; shown != made.ID.Same(id) || made.Detail != (shapes.CreateAnswer == fake.CreateBroker) {
		t.Fatalf("create gives id %q, detail %v", made.ID, made.Detail)
	}
	found, err := client.Get(t.Context(), id)
	if err != nil {
		t.Fatalf("get: %v", err)
	}
	if differ := broker.Diff(&want, &found, nil); len(differ) > 0 || !found.Detail || !found.ID.Same(id) {
		t.Errorf("get gives id %q, detail %v, differences %v", found.ID, found.Detail, differ)
	}
	listed(t, client, server, id)
	updated(t, client, server, found)
	if err := client.Delete(t.Context(), id); err != nil {
		t.Fatalf("delete: %v", err)
	}
	_, err = client.Get(t.Context(), id)
	if f := failed(t, err); f.Class != broker.NotFound || !f.Documented || !f.Answered {
		t.Errorf("get after delete gives %+v, want a documented NotFound", f)
	}
	if f := failed(t, client.Delete(t.Context(), id)); f.Class != broker.NotFound || !f.Documented {
		t.Errorf("second delete gives %+v, want a documented NotFound", f)
	}
	if calls := server.Calls(fake.OpToken); calls != 1 {
		t.Errorf("%d logins, want 1", calls)
	}
}

// listed checks that the list is whole and takes no missing field for empty.
func listed(t *testing.T, client *Client, server *fake.Server, id broker.ID) {
	t.Helper()
	list, err := client.List(t.Context())
	if err != nil {
		t.Fatalf("list: %v", err)
	}
	all := list.Brokers
	if len(all) != 7 {
		t.Errorf("list has %d entries, want 7", len(all))
	}
	at := slices.IndexFunc(all, func(b broker.Broker) bool { return b.ID.Same(id) })
	if at < 0 {
		t.Fatalf("list lacks the new broker")
	}
	details := server.Shapes().ListContent == fake.ListDetail
	if all[at].Detail != details || (all[at].SupportEmail != nil) != details || all[at].Name == nil {
		t.Errorf("entry is detail %v, with support email %v", all[at].Detail, all[at].SupportEmail != nil)
	}
}

// updated changes one field and checks that the others stay, null ones too.
func updated(t *testing.T, client *Client, server *fake.Server, found broker.Broker) {
	t.Helper()
	before, _ := server.Broker(string(found.ID))
	now, err := client.Update(t.Context(), found.ID, broker.Merge(&broker.Broker{Name: text("Acme Two")}, &found))
	if err != nil {
		t.Fatalf("update: %v", err)
	}
	if shown := server.Shapes().UpdateStatus != 204; now.Detail != shown || !now.ID.Same(found.ID) || shown && *now.Name != "Acme Two" {
		t.Errorf("update gives id %q, detail %v", now.ID, now.Detail)
	}
	want := before.Broker
	want.Name = "Acme Two"
	if after, _ := server.Broker(string(found.ID)); !reflect.DeepEqual(after.Broker, want) {
		t.Errorf("after the update the server has\n%+v\nwant\n%+v", after.Broker, want)
	}
}

func TestUpdateKeepsWhatThePortalSet(t *testing.T) {
	client, server := onFake(t, fake.Options{Shapes: fake.Shapes{PropertyIDs: fake.PropertyInteger, ExtraFields: true}})
	if _, err := client.Create(t.Context(), acme()); err == nil || !strings.Contains(err.Error(), "spec.customProperties") {
		t.Fatalf("a string id where integers are wanted gives %v, want a refused custom property", err)
	}
	want := acme()
	want.VAT, want.CustomProperties = nil, nil
	made, err := client.Create(t.Context(), want)
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Edit(string(made.ID), func(b *fake.Broker) {
		b.VAT, b.CustomProperties = "EE999", []fake.CustomProperty{{ID: "5", Value: "portal"}}
	}); err != nil {
		t.Fatal(err)
	}
	found, err := client.Get(t.Context(), made.ID)
	if err != nil {
		t.Fatal(err)
	}
	want.CustomProperties = []broker.Property{{ID: "6", Value: "new"}}
	if _, err := client.Update(t.Context(), made.ID, broker.Merge(&want, &found)); err != nil {
		t.Fatal(err)
	}
	after, _ := server.Broker(string(made.ID))
	if after.Broker.VAT != "EE999" || !reflect.DeepEqual(after.Broker.CustomProperties, []fake.CustomProperty{{ID: "5", Value: "portal"}, {ID: "6", Value: "new"}}) {
		t.Errorf("the server has VAT %q and properties %v", after.Broker.VAT, after.Broker.CustomProperties)
	}
	history := server.History()
	var sent map[string]json.RawMessage
	if err := json.Unmarshal(history[len(history)-1].Body, &sent); err != nil {
		t.Fatal(err)
	}
	if string(sent["tags"]) != "[]" || len(sent["createdDate"]) == 0 || len(sent["id"]) > 0 {
		t.Errorf("the update sends tags %s, createdDate %s and id %s", sent["tags"], sent["createdDate"], sent["id"])
	}
}

func TestActivatedServices(t *testing.T) {
	for _, ids := range []string{fake.IDGUID, fake.IDInteger} {
		client, server := onFake(t, fake.Options{Shapes: fake.Shapes{IDs: ids}})
		with, without := broker.ID(server.Add(fake.Broker{Name: "with"})), broker.ID(server.Add(fake.Broker{Name: "without"}))
		if err := server.SetServices(string(with), true); err != nil {
			t.Fatal(err)
		}
		all, err := client.ActiveResellers(t.Context())
		if err != nil || len(all.IDs) != 1 || !all.IDs[0].Same(with) {
			t.Errorf("%s: active resellers are %v, %v; want %s", ids, all, err, with)
		}
		for id, want := range map[broker.ID]bool{with: true, without: false} {
			if active, err := client.ActiveReseller(t.Context(), id); err != nil || active != want {
				t.Errorf("%s: active is %v, %v; want %v", ids, active, err, want)
			}
		}
	}
}

func TestFaultsOfTheServer(t *testing.T) {
	rows := []struct {
		name  string
		op    Op
		fault fake.Fault
		want  broker.Failure
	}{
		{"a create whose answer is lost is ambiguous", OpCreate, fake.Fault{Op: fake.OpCreate, Drop: fake.DropConnection, Commit: fake.CommitYes}, broker.Failure{Class: broker.Ambiguous}},
		{"a create whose answer is cut is ambiguous", OpCreate, fake.Fault{Op: fake.OpCreate, Body: fake.BodyCut}, broker.Failure{Class: broker.Ambiguous, Status: 201, Gateway: true}},
		{"a create whose answer is truncated is ambiguous", OpCreate, fake.Fault{Op: fake.OpCreate, Body: fake.BodyTruncated}, broker.Failure{Class: broker.Ambiguous, Status: 201, Gateway: true}},
		{"a create whose answer is a web page is ambiguous", OpCreate, fake.Fault{Op: fake.OpCreate, Body: fake.BodyHTML}, broker.Failure{Class: broker.Ambiguous, Status: 201, Gateway: true}},
		{"a create whose answer is endless is ambiguous", OpCreate, fake.Fault{Op: fake.OpCreate, Body: fake.BodyHuge}, broker.Failure{Class: broker.Ambiguous, Status: 201, Gateway: true}},
		{"a create that a gateway gave up on is ambiguous, and goes on", OpCreate, fake.Fault{Op: fake.OpCreate, Status: 504, Commit: fake.CommitYes}, broker.Failure{Class: broker.Ambiguous, Status: 504, Documented: true}},
		{"a create answered with 500 is ambiguous, and has ended", OpCreate, fake.Fault{Op: fake.OpCreate, Status: 500, Commit: fake.CommitYes}, broker.Failure{Class: broker.Ambiguous, Status: 500, Documented: true, Answered: true}},
		{"a read whose answer is cut is unavailable", OpGet, fake.Fault{Op: fake.OpGet, Body: fake.BodyCut}, broker.Failure{Class: broker.Unavailable, Status: 200, Gateway: true}},
		{"a read about another broker is ambiguous", OpGet, fake.Fault{Op: fake.OpGet, AnswerID: "other"}, broker.Failure{Class: broker.Ambiguous, Status: 200, Answered: true}},
		{"a list that is too long is unavailable", OpList, fake.Fault{Op: fake.OpList, Body: fake.BodyHuge}, broker.Failure{Class: broker.Unavailable, Status: 200, Gateway: true}},
		{"an empty answer is no empty list", OpList, fake.Fault{Op: fake.OpList, Body: fake.BodyEmpty}, broker.Failure{Class: broker.Unavailable, Status: 200, Answered: true}},
		{"an update whose answer is lost is ambiguous", OpUpdate, fake.Fault{Op: fake.OpUpdate, Drop: fake.DropConnection, Commit: fake.CommitYes}, broker.Failure{Class: broker.Ambiguous}},
		{"a delete whose answer is lost is ambiguous", OpDelete, fake.Fault{Op: fake.OpDelete, Drop: fake.DropConnection, Commit: fake.CommitYes}, broker.Failure{Class: broker.Ambiguous}},
		{"a delete answered with a web page is ambiguous", OpDelete, fake.Fault{Op: fake.OpDelete, Body: fake.BodyHTML, Status: 200}, broker.Failure{Class: broker.Ambiguous, Status: 200, Gateway: true}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			client, server := onFake(t, fake.Options{})
			server.Seed(fake.Record{ID: "7", Broker: fake.Broker{Name: "Seven"}})
			if err := server.Inject(row.fault); err != nil {
				t.Fatal(err)
			}
			got := *failed(t, operations[row.op](t.Context(), client))
			if got.Reason == "" || got.Op != row.op.String() {
				t.Errorf("failure of %q has reason %q", got.Op, got.Reason)
			}
			got.Op, got.Reason, got.StatusLine, got.Said, got.Fields = "", "", "", "", nil
			if !reflect.DeepEqual(got, row.want) {
				t.Errorf("failure is %+v, want %+v", got, row.want)
			}
			if calls := server.Calls(row.fault.Op); row.op == OpCreate && calls != 1 {
				t.Errorf("%d POSTs were sent, want 1", calls)
			}
		})
	}
}

func TestViewOnlyAccountReadsAndIsForbiddenToWrite(t *testing.T) {
	client, server := onFake(t, fake.Options{Shapes: fake.Shapes{ReadOnly: true}})
	server.Seed(fake.Record{ID: "7", Broker: fake.Broker{Name: "Seven"}})
	for op, call := range operations {
		err := call(t.Context(), client)
		if writes := op == OpCreate || op == OpUpdate || op == OpDelete; !writes {
			if err != nil {
				t.Errorf("%s: %v", op, err)
			}
		} else if f := failed(t, err); f.Class != broker.Forbidden || !f.Documented || !f.Answered || f.NotSent {
			t.Errorf("%s gives %+v, want a documented Forbidden", op, f)
		}
	}
}

func TestListOfAWrongSellerIsNeverEmpty(t *testing.T) {
	for _, status := range []int{404, 403} {
		_, server := onFake(t, fake.Options{Shapes: fake.Shapes{WrongSellerStatus: status}})
		config := fakeConfig("http://127.0.0.1")
		config.Transport, config.SellerID = server.RoundTripper(), "another"
		for _, op := range []Op{OpList, OpActiveResellers} {
			if f := failed(t, operations[op](t.Context(), newClient(t, config))); f.Status != status {
				t.Errorf("%s of a wrong seller gives %+v, want status %d", op, f, status)
			}
		}
	}
}

func TestCallsThatReachNobodyAreNotSent(t *testing.T) {
	_, server := onFake(t, fake.Options{})
	if err := server.Inject(fake.Fault{Op: fake.OpCreate, Drop: fake.DropUnreached}); err != nil {
		t.Fatal(err)
	}
	config := fakeConfig("http://127.0.0.1")
	config.Transport = server.RoundTripper()
	_, err := newClient(t, config).Create(t.Context(), acme())
	if f := failed(t, err); f.Class != broker.Unavailable || !f.NotSent || f.Answered {
		t.Errorf("failure is %+v, want Unavailable and NotSent", f)
	}
}

// TestRefusalsInEveryForm holds the client against every operation, status and
// form of the fake, with and without effect.
func TestRefusalsInEveryForm(t *testing.T) {
	const said = "Not for you"
	faults := map[Op]fake.Operation{
		OpCreate: fake.OpCreate, OpGet: fake.OpGet, OpList: fake.OpList, OpUpdate: fake.OpUpdate, OpDelete: fake.OpDelete,
		OpActiveResellers: fake.OpActiveResellers, OpActiveReseller: fake.OpActiveReseller,
	}
	for op, faulty := range faults {
		for _, form := range fake.Forms {
			if form == fake.FormDenial {
				continue // no refusal: TestSuccessesThatDenyThemselves
			}
			t.Run(fmt.Sprintf("%s, %s", op, form), func(t *testing.T) {
				client, server := onFake(t, fake.Options{})
				server.Seed(fake.Record{ID: "7", Broker: fake.Broker{Name: "Seven"}})
				for _, status := range []int{400, 402, 403, 405, 409, 413, 415, 422, 423, 451} {
					for _, commit := range []fake.Commit{fake.CommitNo, fake.CommitYes} {
						server.ClearFaults()
						if err := server.Inject(fake.Fault{Op: faulty, Status: status, Form: form, Says: said, Field: "Contact.Phone", Commit: commit}); err != nil {
							t.Fatal(err)
						}
						f := failed(t, operations[op](t.Context(), client))
						gateway := form == fake.FormText || form == fake.FormHTML
						if !f.Refusal() || f.Gateway != gateway || f.Documented == gateway || f.Answered == gateway || f.Status != status || f.NotSent {
							t.Errorf("%d gives %+v, want a refusal, by a gateway: %v", status, *f, gateway)
						}
						if silent := form == fake.FormEmpty; strings.Contains(f.Said, said) == silent || slices.Equal(f.Paths(), []string{"spec.contact.phone"}) == silent {
							t.Errorf("%d says %q about %v", status, f.Said, f.Paths())
						}
						if silent := form == fake.FormEmpty; (f.Answer() == f.StatusLine) != silent {
							t.Errorf("%d answers %q", status, f.Answer())
						}
						if strings.Contains(f.Error(), said) {
							t.Errorf("%d puts the words into the error: %v", status, f)
						}
					}
				}
			})
		}
	}
}

func TestEnvelopesOfTheFake(t *testing.T) {
	for _, envelope := range []string{fake.EnvelopeData, fake.EnvelopeResult, fake.EnvelopeValue, fake.EnvelopeResponse, fake.EnvelopeItem, fake.EnvelopeBroker} {
		for _, list := range []string{fake.ListArray, fake.ListItems} {
			t.Run(envelope+" around "+list, func(t *testing.T) {
				client, server := onFake(t, fake.Options{Shapes: fake.Shapes{Envelope: envelope, List: list}})
				made, err := client.Create(t.Context(), acme())
				if err != nil || made.ID == "" || !made.Detail {
					t.Fatalf("create gives %+v, %v", made, err)
				}
				if found, err := client.Get(t.Context(), made.ID); err != nil || *found.Name != *acme().Name {
					t.Errorf("get gives %+v, %v", found, err)
				}
				want := acme()
				want.Name = text("Acme Two")
				if now, err := client.Update(t.Context(), made.ID, want); err != nil || *now.Name != "Acme Two" {
					t.Errorf("update gives %+v, %v", now, err)
				}
				if err := server.SetServices(string(made.ID), true); err != nil {
					t.Fatal(err)
				}
				all, err := client.List(t.Context())
				active, other := client.ActiveResellers(t.Context())
				if err != nil || other != nil || len(all.Brokers) != 1 || len(active.IDs) != 1 || !all.Brokers[0].ID.Same(made.ID) {
					t.Errorf("lists give %v, %v and %v, %v", all, err, active, other)
				}
				if err := client.Delete(t.Context(), made.ID); err != nil {
					t.Errorf("delete gives %v", err)
				}
			})
		}
	}
}

func TestGroupsThatAreNullStayNull(t *testing.T) {
	client, server := onFake(t, fake.Options{Shapes: fake.Shapes{NullGroups: true}})
	want := acme()
	want.InvoiceContact = broker.InvoiceContact{}
	made, err := client.Create(t.Context(), want)
	if err != nil {
		t.Fatal(err)
	}
	found, err := client.Get(t.Context(), made.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Update(t.Context(), made.ID, broker.Merge(&broker.Broker{Name: text("New")}, &found)); err != nil {
		t.Fatal(err)
	}
	if after, _ := server.Broker(string(made.ID)); after.Broker.Name != "New" || after.Broker.InvoiceContact != nil {
		t.Errorf("the server has %+v", after.Broker)
	}
}

func TestReadOnlyMembersAreLeftOut(t *testing.T) {
	for body, helps := range map[string]bool{
		fake.ErrorDocumented: true, fake.ErrorProblem: true, fake.ErrorErrors: true, fake.ErrorMessage: true, fake.ErrorText: true, fake.ErrorHTML: true, fake.ErrorEmpty: false,
	} {
		client, _ := onFake(t, fake.Options{Shapes: fake.Shapes{ReadOnlyMembers: []string{"createdDate"}, InvalidBody: body}})
		made, err := client.Create(t.Context(), acme())
		if err != nil {
			t.Fatal(err)
		}
		found, err := client.Get(t.Context(), made.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = client.Update(t.Context(), made.ID, found); (err == nil) != helps {
			t.Errorf("%s: sending it back gives %v", body, err)
		}
	}
}

func TestAnAccountThatLooksEmpty(t *testing.T) {
	client, server := onFake(t, fake.Options{Shapes: fake.Shapes{EmptyAccount: true}})
	server.Seed(fake.Record{ID: "7", Broker: fake.Broker{Name: "Seven"}})
	if all, err := client.List(t.Context()); err != nil || len(all.Brokers) != 0 {
		t.Errorf("the list is %v, %v", all, err)
	}
	for op, class := range map[Op]broker.Class{OpCreate: broker.Invalid, OpGet: broker.NotFound, OpUpdate: broker.NotFound, OpDelete: broker.NotFound} {
		if f := failed(t, operations[op](t.Context(), client)); f.Class != class || f.Status != 404 || !f.Documented {
			t.Errorf("%s gives %+v, want %q", op, *f, class)
		}
	}
}
