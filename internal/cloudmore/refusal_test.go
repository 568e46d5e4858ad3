package cloudmore

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

func TestRefusalsNameFields(t *testing.T) {
	type fields = []string
	rows := []struct {
		name   string
		body   string
		reason string
		fields fields
	}{
		{"an ApiError about the domain", apiList, "InvalidValue", fields{"spec.domain: Invalid domain/website:abc"}},
		{"ApiErrors of one name are named once", `[{"errorName":"InvalidValue","errorMessage":"Invalid VAT: 1"},{"errorName":"InvalidValue","errorMessage":"invalid country code"}]`,
			"InvalidValue", fields{"spec.vat: Invalid VAT: 1", "spec.address.countryCode: invalid country code"}},
		{"an ApiError about something else is about the whole spec", `[{"errorCode":9,"errorName":"BrokerHasServices","errorMessage":"Remove the services first."}]`,
			"BrokerHasServices", fields{"spec: Remove the services first."}},
		{"an ApiError alone", `{"ErrorCode":5,"ErrorName":"InvalidValue","ErrorMessage":"x"}`, "InvalidValue", fields{"spec: x"}},
		{"an ApiError whose name is a sentence is not named", `[{"errorName":"Ann Lee is no name","errorMessage":"x"}]`, "HTTP 400 Bad Request", fields{"spec: x"}},
		{"model state", states, "HTTP 400 Bad Request", fields{"spec.contact.phone: Phone number is not in valid format."}},
		{"model state in its own order", `{"Name":["a","b"],"Address.CountryCode":["c"]}`, "HTTP 400 Bad Request",
			fields{"spec.name: a", "spec.name: b", "spec.address.countryCode: c"}},
		{"model state of a custom property", `{"CustomProperties[0].Value":["a"]}`, "HTTP 400 Bad Request", fields{"spec.customProperties: a"}},
		{"model state of an unknown field", `{"Contact.Fax":["a"],"Other":["b"],"":["c"],"$":["d"],"no path!":["e"]}`, "HTTP 400 Bad Request",
			fields{"spec.contact: a", "Other: b", "spec: c", "spec: d", "spec: e"}},
		{"model state inside problem details", `{"type":"about:blank","title":"One or more validation errors occurred.","status":400,"errors":{"$.contact.email":["a"]}}`,
			"HTTP 400 Bad Request", fields{"spec.contact.email: a"}},
		{"model state inside Web API's envelope", `{"message":"The request is invalid.","modelState":{"model.Domain":["a"]}}`, "HTTP 400 Bad Request", fields{"spec.domain: a"}},
		{"control characters are dropped", `{"Name":["a\u0000b\nc\u202ed\u200be"]}`, "HTTP 400 Bad Request", fields{"spec.name: ab cde"}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			client := serve(t, says(http.StatusBadRequest, nil, row.body))
			for _, op := range []Op{OpCreate, OpUpdate, OpDelete, OpGet} {
				f := failed(t, operations[op](t.Context(), client))
				if f.Class != broker.Invalid || !f.Documented || f.Reason != row.reason || !slices.Equal(told(f), row.fields) {
					t.Errorf("%s gives %+v, want reason %q and fields %v", op, f, row.reason, row.fields)
				}
			}
		})
	}
}

// told are the field failures, each as "path: message".
func told(f *broker.Failure) []string {
	var all []string
	for _, field := range f.Fields {
		all = append(all, field.Path+": "+field.Message)
	}
	return all
}

func TestBodiesThatSayNothing(t *testing.T) {
	for _, body := range []string{"", "[]", "{}", `[1]`, `[[]]`, "null", "1", `{"Name":"a"}`, `{"Name":[1]}`, `{"Name":[],"Vat":null}`, `{"errors":{}}`, `[{"a":"b"}]`,
		`{"id":7,"name":"Acme","contact":{"name":"Ann Lee"},"customProperties":[{"id":"3","value":"x"}]}`, states[:20], "[" + strings.Repeat("x", 20)} {
		client := serve(t, says(http.StatusBadRequest, nil, body))
		_, err := client.Create(t.Context(), acme())
		if f := failed(t, err); f.Class != broker.Invalid || f.Fields != nil || f.Said != "" {
			t.Errorf("400 with %s gives %+v, want a refusal without words", body, *f)
		}
	}
}

func TestRefusalsAreBounded(t *testing.T) {
	var b strings.Builder
	for i := range 500 {
		fmt.Fprintf(&b, `,{"errorName":"Name%d","errorMessage":"%d%s"}`, i, i, strings.Repeat("ä", 5000))
	}
	client := serve(t, says(http.StatusBadRequest, nil, "["+b.String()[1:]+"]"))
	if f := failed(t, client.Delete(t.Context(), "7")); !f.Refusal() || !f.Gateway || f.Documented || f.Said != "" {
		t.Errorf("an error of 5 MB gives %+v", *f)
	}
	client = serve(t, says(http.StatusBadRequest, nil, "["+b.String()[1:500_000]+`"}]`))
	f := failed(t, client.Delete(t.Context(), "7"))
	if len(f.Fields) == 0 || len(f.Fields) > maxFieldFailures || strings.Count(f.Reason, "Name") != maxErrorNames {
		t.Errorf("%d fields, reason %q", len(f.Fields), f.Reason)
	}
	for _, field := range f.Fields {
		if n := utf8.RuneCountInString(field.Message); n > maxMessage {
			t.Errorf("a message has %d runes", n)
		}
	}
	if n := utf8.RuneCountInString(f.Said); n != maxSaid || !utf8.ValidString(f.Said) {
		t.Errorf("it says %d runes, want %d: %q", n, maxSaid, f.Said)
	}
}

func TestRefusalsOfTheFake(t *testing.T) {
	client, _ := onFake(t, fake.Options{})
	rows := map[string]struct {
		change func(*broker.Broker)
		path   string
		reason string
	}{
		"a value that is no domain":  {func(b *broker.Broker) { b.Domain = text("abc") }, "spec.domain", "InvalidValue"},
		"a phone that is none":       {func(b *broker.Broker) { b.Contact.Phone = text("12") }, "spec.contact.phone", "HTTP 400 Bad Request"},
		"a required field left out":  {func(b *broker.Broker) { b.Address.CountryCode = nil }, "spec.address.countryCode", "HTTP 400 Bad Request"},
		"an optional field is wrong": {func(b *broker.Broker) { b.InvoiceContact.Email = text("x") }, "spec.invoiceContact.email", "HTTP 400 Bad Request"},
	}
	for name, row := range rows {
		want := acme()
		row.change(&want)
		_, err := client.Create(t.Context(), want)
		f := failed(t, err)
		if f.Class != broker.Invalid || !f.Documented || !f.Answered || f.Reason != row.reason || len(f.Fields) != 1 || f.Fields[0].Path != row.path {
			t.Errorf("%s gives %+v, want %s at %s", name, f, row.reason, row.path)
		}
	}
}
