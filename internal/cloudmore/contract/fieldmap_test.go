package contract_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/docs/openapi"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/contract"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// The field map: a field has one name and one place in the spec, in what is
// desired, on the wire, in the description and in the fake. Every field has a
// value that no other has, so that two of them can't be taken for each other.

// valueOf is a value that the API takes for a field and that no other field of
// this round has.
func valueOf(f *broker.Field, i, round int) string {
	n := 100*round + i
	_, leaf, nested := strings.Cut(f.API, ".")
	if !nested {
		leaf = f.API
	}
	switch leaf {
	case "domain":
		return fmt.Sprintf("acme%d.example", n)
	case "email", "notificationEmail", "supportEmail":
		return fmt.Sprintf("ann%d@acme.example", n)
	case "phonePrefix", "cellPhonePrefix":
		return strconv.Itoa(1000 + n)
	case "phone", "cellPhone":
		return fmt.Sprintf("55501%03d", n)
	case "countryCode":
		return []string{"EE", "FI"}[round]
	case "allowCmpAccess":
		return strconv.FormatBool(round == 0)
	default:
		return fmt.Sprintf("%s %d", f.API, n)
	}
}

// specWith is the spec that a manifest with these fields gives.
func specWith(g *WithT, values map[string]string) *v1alpha1.Reseller {
	spec := map[string]any{}
	for i := range broker.Fields {
		f := &broker.Fields[i]
		value, there := values[f.API]
		if !there {
			continue
		}
		at, key := spec, f.API
		if group, leaf, nested := strings.Cut(f.API, "."); nested {
			if spec[group] == nil {
				spec[group] = map[string]any{}
			}
			at, key = spec[group].(map[string]any), leaf
		}
		if at[key] = value; f.Boolean() {
			at[key] = value == "true"
		}
	}
	manifest, err := json.Marshal(spec)
	g.Expect(err).NotTo(HaveOccurred())
	reseller := &v1alpha1.Reseller{}
	strict := json.NewDecoder(bytes.NewReader(manifest))
	strict.DisallowUnknownFields()
	g.Expect(strict.Decode(&reseller.Spec)).To(Succeed())
	return reseller
}

// shownBy are the fields that a broker has, by path.
func shownBy(b *broker.Broker) map[string]string {
	values := map[string]string{}
	for i := range broker.Fields {
		if value, shown := broker.Fields[i].Get(b); shown && value != "" {
			values[broker.Fields[i].API] = value
		}
	}
	return values
}

// leaves are the values of a JSON object by path, custom properties apart.
func leaves(g *WithT, prefix string, raw []byte) map[string]string {
	var object map[string]any
	g.Expect(json.Unmarshal(raw, &object)).To(Succeed())
	values := map[string]string{}
	for key, value := range object {
		switch v := value.(type) {
		case map[string]any:
			inner, err := json.Marshal(v)
			g.Expect(err).NotTo(HaveOccurred())
			maps.Copy(values, leaves(g, prefix+key+".", inner))
		case []any, nil:
		default:
			values[prefix+key] = fmt.Sprint(v)
		}
	}
	return values
}

// stored are the values that the fake keeps, by path: by the names of its
// fields in Go, which its JSON could belie.
func stored(v reflect.Value, prefix string) map[string]string {
	values := map[string]string{}
	for i := range v.NumField() {
		name, field := strings.ToLower(v.Type().Field(i).Name), reflect.Indirect(v.Field(i))
		switch {
		case !field.IsValid() || field.Kind() == reflect.Slice:
		case field.Kind() == reflect.Struct:
			maps.Copy(values, stored(field, prefix+name+"."))
		case fmt.Sprint(field.Interface()) != "":
			values[prefix+name] = fmt.Sprint(field.Interface())
		}
	}
	return values
}

func lower(values map[string]string) map[string]string {
	all := map[string]string{}
	for path, value := range values {
		all[strings.ToLower(path)] = value
	}
	return all
}

// world is a client on a fake, each request of which must keep the contract.
type world struct {
	*WithT
	client *cloudmore.Client
	server *fake.Server
}

func newWorld(t *testing.T) world {
	t.Helper()
	g, now := NewWithT(t), func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }
	server, err := fake.New(fake.Options{Shapes: fake.Shapes{ListContent: fake.ListDetail}, Now: now})
	g.Expect(err).NotTo(HaveOccurred())
	client, err := cloudmore.New(cloudmore.Config{
		Endpoint: "http://127.0.0.1", AllowInsecure: true, SellerID: server.SellerID(), Now: now,
		Credentials: cloudmore.Credentials{Username: fake.DefaultUsername, Password: fake.DefaultPassword, ClientID: fake.DefaultClientID, ClientSecret: fake.DefaultClientSecret},
		Transport:   described(t).RoundTripper(server.RoundTripper(), func(v contract.Violation) { t.Error(v) }),
	})
	g.Expect(err).NotTo(HaveOccurred())
	return world{g, client, server}
}

// sent is the body of the latest write.
func (w world) sent() []byte {
	history := w.server.History()
	return history[len(history)-1].Body
}

func (w world) stores(id broker.ID, values map[string]string) {
	record, _ := w.server.Broker(string(id))
	w.Expect(stored(reflect.ValueOf(record.Broker), "")).To(Equal(lower(values)))
}

func TestFieldMap(t *testing.T) {
	w := newWorld(t)
	values, taken := map[string]string{}, map[string]bool{}
	for i := range broker.Fields {
		value := valueOf(&broker.Fields[i], i, 0)
		w.Expect(taken[value]).To(BeFalse(), value)
		values[broker.Fields[i].API], taken[value] = value, true
	}

	desired := plan.DesiredFrom(specWith(w.WithT, values)).Broker
	w.Expect(shownBy(&desired)).To(Equal(values), "what is desired is what the spec says")
	made, err := w.client.Create(t.Context(), desired)
	w.Expect(err).NotTo(HaveOccurred())
	w.Expect(leaves(w.WithT, "", w.sent())).To(Equal(values), "what a create sends")
	w.stores(made.ID, values)
	w.Expect(shownBy(&made)).To(Equal(values), "what a create answers")
	read, err := w.client.Get(t.Context(), made.ID)
	w.Expect(err).NotTo(HaveOccurred())
	w.Expect(shownBy(&read)).To(Equal(values), "what a GET shows")
	listed, err := w.client.List(t.Context())
	w.Expect(err).NotTo(HaveOccurred())
	w.Expect(listed.Brokers).To(HaveLen(1))
	w.Expect(shownBy(&listed.Brokers[0])).To(Equal(values), "what a list shows")

	for i := range broker.Fields {
		f := &broker.Fields[i]
		t.Run(f.API, func(t *testing.T) {
			w := world{NewWithT(t), w.client, w.server}
			w.edits(t.Context(), made.ID, f, values, valueOf(f, i, 1))
			w.refuses(t.Context(), made.ID, f)
		})
	}
}

// edits changes one field by the spec, which names no other, and then in the portal.
func (w world) edits(ctx context.Context, id broker.ID, f *broker.Field, values map[string]string, value string) {
	desired := plan.DesiredFrom(specWith(w.WithT, map[string]string{f.API: value})).Broker
	read, err := w.client.Get(ctx, id)
	w.Expect(err).NotTo(HaveOccurred())
	w.Expect(broker.Diff(&desired, &read, nil)).To(ConsistOf(broker.Difference{Field: f.Spec(), Desired: value, Observed: values[f.API], Shown: true}))
	_, err = w.client.Update(ctx, id, broker.Merge(&desired, &read))
	w.Expect(err).NotTo(HaveOccurred())
	values[f.API] = value
	w.Expect(leaves(w.WithT, "", w.sent())).To(Equal(values), "what an update sends")
	w.stores(id, values)
	read, err = w.client.Get(ctx, id)
	w.Expect(err).NotTo(HaveOccurred())
	w.Expect(broker.Diff(&desired, &read, nil)).To(BeEmpty())
}

// refuses holds that a refusal leads to the field of the spec.
func (w world) refuses(ctx context.Context, id broker.ID, f *broker.Field) {
	if !f.Required && !strings.HasPrefix(f.API, "invoiceContact.") || f.API == "invoiceContact.name" {
		return // nothing is wrong there
	}
	read, err := w.client.Get(ctx, id)
	w.Expect(err).NotTo(HaveOccurred())
	wrong := ""
	if !f.Required {
		wrong = "~"
	}
	f.Set(&read, wrong)
	_, err = w.client.Update(ctx, id, read)
	var failure *broker.Failure
	w.Expect(errors.As(err, &failure)).To(BeTrue())
	w.Expect(failure.Paths()).To(ConsistOf(f.Spec()))
}

func TestTheDescriptionHasTheFields(t *testing.T) {
	g := NewWithT(t)
	document, err := openapi3.NewLoader().LoadFromData(openapi.SellerAPI)
	g.Expect(err).NotTo(HaveOccurred())
	types, required := map[string]string{}, []string{}
	for i := range broker.Fields {
		f := &broker.Fields[i]
		types[f.API] = openapi3.TypeString
		if f.Boolean() {
			types[f.API] = openapi3.TypeBoolean
		}
		if f.Required {
			required = append(required, f.API)
		}
		path, known := broker.SpecPath(f.API)
		g.Expect(known).To(BeTrue(), f.API)
		g.Expect(path).To(Equal(f.Spec()))
	}
	for _, model := range []string{"BrokerCreate", "BrokerUpdate", "BrokerFields"} {
		found, needed := describedFields("", document.Components.Schemas[model].Value)
		delete(found, "customProperties")
		g.Expect(found).To(Equal(types), model)
		if model == "BrokerCreate" {
			g.Expect(needed).To(ConsistOf(required))
		}
	}
}

// describedFields are the types of a schema's fields by path, and which of them are required.
func describedFields(prefix string, schema *openapi3.Schema) (types map[string]string, required []string) {
	types = map[string]string{}
	for name, property := range schema.Properties {
		inner := property.Value
		if inner.Type.Is(openapi3.TypeObject) {
			of, needed := describedFields(prefix+name+".", inner)
			maps.Copy(types, of)
			required = append(required, needed...)
			continue
		}
		types[prefix+name] = inner.Type.Slice()[0]
		if slices.Contains(schema.Required, name) {
			required = append(required, prefix+name)
		}
	}
	return types, required
}
