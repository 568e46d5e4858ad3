package cloudmore

import (
	"testing"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/contract"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// TestRequestsKeepTheContract holds every request, and the fake's answers to
// it, against the OpenAPI description in docs/openapi.
func TestRequestsKeepTheContract(t *testing.T) {
	described, err := contract.New()
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]fake.Shapes{
		"as expected": {},
		"integers":    {IDs: fake.IDInteger, PropertyIDs: fake.PropertyInteger},
		"no nulls":    {Empty: fake.EmptyOmitted, UpdateStatus: 204},
		"pages":       {List: fake.ListItems, PageSize: 1, Paging: fake.PagingNumbers},
	}
	for name, shapes := range rows {
		t.Run(name, func(t *testing.T) {
			server, err := fake.New(fake.Options{Shapes: shapes})
			if err != nil {
				t.Fatal(err)
			}
			config := fakeConfig("http://127.0.0.1")
			config.Transport = described.RoundTripper(server.RoundTripper(), func(v contract.Violation) { t.Error(v) })
			client := newClient(t, config)
			server.Add(fake.Broker{Name: "made in the portal, half of it empty"})
			server.AddForeign(fake.Broker{Name: "somebody else's"})
			want := acme()
			want.VAT, want.AllowCmpAccess = nil, nil
			want.InvoiceContact, want.CustomProperties[0].ID = broker.InvoiceContact{}, map[bool]string{true: "12", false: "segment"}[shapes.PropertyIDs == fake.PropertyInteger]
			walk(t, client, want)
			want.Domain = text("abc")
			if _, err := client.Create(t.Context(), want); failed(t, err).Class != broker.Invalid {
				t.Errorf("a wrong domain gives %v", err)
			}
		})
	}
}

func walk(t *testing.T, client *Client, want broker.Broker) {
	t.Helper()
	made, err := client.Create(t.Context(), want)
	if err != nil {
		t.Fatal(err)
	}
	found, err := client.Get(t.Context(), made.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Update(t.Context(), made.ID, found); err != nil {
		t.Error(err)
	}
	if _, err := client.List(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := client.ActiveResellers(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := client.ActiveReseller(t.Context(), made.ID); err != nil {
		t.Error(err)
	}
	if err := client.Delete(t.Context(), made.ID); err != nil {
		t.Error(err)
	}
}
