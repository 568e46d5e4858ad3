package cloudmore

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// same compares two JSON texts by what they mean, numbers digit by digit.
func same(t *testing.T, got, want string) bool {
	t.Helper()
	values := [2]any{}
	for i, raw := range []string{got, want} {
		decoder := json.NewDecoder(strings.NewReader(raw))
		decoder.UseNumber()
		if err := decoder.Decode(&values[i]); err != nil {
			t.Fatalf("%s: %v", raw, err)
		}
	}
	return reflect.DeepEqual(values[0], values[1])
}

func TestCreateSendsWhatIsWanted(t *testing.T) {
	client := newClient(t, testConfig("http://127.0.0.1"))
	full := acme()
	full.ID, full.Extra = "9", map[string]json.RawMessage{"createdDate": json.RawMessage(`"x"`)}
	rows := []struct {
		name string
		b    broker.Broker
		want string
	}{
		{"nothing of an empty broker", broker.Broker{}, `{}`},
		{"empty values that are wanted", broker.Broker{VAT: text(""), CustomProperties: []broker.Property{}}, `{"vat":"","customProperties":[]}`},
		{"every documented field, no id and nothing read elsewhere", full, `{
			"name":"Acme Ltd","registrationNumber":"12345678","vat":"EE123456789","domain":"acme.example",
			"notificationEmail":"notify@acme.example","supportEmail":"support@acme.example",
			"contact":{"name":"Ann Lee","jobTitle":"CTO","email":"ann@acme.example","phonePrefix":"372","phone":"5551234","cellPhonePrefix":"372","cellPhone":"5554321"},
			"address":{"address":"Main St 1","postalCode":"10111","city":"Tallinn","countryCode":"EE"},
			"invoiceContact":{"name":"Bo","email":"bo@acme.example","phonePrefix":"372","phone":"5550000"},
			"customProperties":[{"id":"segment","value":"gold"}],"allowCmpAccess":true}`},
	}
	for _, row := range rows {
		if got := string(client.createBody(&row.b)); !same(t, got, row.want) {
			t.Errorf("%s: sends %s, want %s", row.name, got, row.want)
		}
	}
}

// TestUpdateSendsBackWhatWasRead reads a broker, changes it and shows what
// would be sent.
func TestUpdateSendsBackWhatWasRead(t *testing.T) {
	rows := []struct{ name, read, change, sent string }{
		{"ids are never sent", `{"id":1,"brokerId":1,"ResellerId":1,"name":"A"}`, "", `{"name":"A"}`},
		{"unknown fields stay, of groups too", `{"id":1,"tags":[1,{"a":null}],"contact":{"name":"N","fax":"f"}}`, "", `{"tags":[1,{"a":null}],"contact":{"name":"N","fax":"f"}}`},
		{"keys in another case are those that are known", `{"ID":1,"NAME":"A","Contact":{"EMAIL":"e"},"CustomProperties":[]}`, "", `{"name":"A","contact":{"email":"e"},"customProperties":[]}`},
		{"null stays null", `{"id":1,"vat":null,"contact":null,"allowCmpAccess":null}`, "", `{"vat":null,"contact":null,"allowCmpAccess":null}`},
		{"null gives way to a value", `{"id":1,"vat":null,"invoiceContact":null,"allowCmpAccess":null}`, "vat=1 invoiceContact.name=B allowCmpAccess=false",
			`{"vat":"1","invoiceContact":{"name":"B"},"allowCmpAccess":false}`},
		{"a null group stays null where its fields are to be empty", `{"id":1,"invoiceContact":null,"customProperties":null}`, "invoiceContact.name= invoiceContact.phone= 5=", `{"invoiceContact":null,"customProperties":null}`},
		{"null properties give way to one", `{"id":1,"customProperties":null}`, "5=a", `{"customProperties":[{"id":5,"value":"a"}]}`},
		{"what was not shown is not emptied", `{"id":1,"contact":{}}`, "vat= invoiceContact.phone= contact.email= 5=", `{"contact":{}}`},
		{"a group without members takes some", `{"id":1,"contact":{}}`, "contact.email=e", `{"contact":{"email":"e"}}`},
		{"the second of two properties with one id stays as read", `{"id":1,"customProperties":[{"id":5,"value":"a"},{"id":5,"value":"b"},{"id":6,"value":"c"}]}`, "6=d 7=e",
			`{"customProperties":[{"id":5,"value":"a"},{"id":5,"value":"b"},{"id":6,"value":"d"},{"id":7,"value":"e"}]}`},
		{"an entry of the properties without an id keeps its place", `{"id":1,"customProperties":[{"value":"x"},{"id":5,"value":"a"},null,"y"]}`, "5=b 6=c",
			`{"customProperties":[{"value":"x"},{"id":5,"value":"b"},null,"y",{"id":6,"value":"c"}]}`},
		{"a field of an odd form stays as read", `{"id":1,"name":{"en":"A"},"vat":["1"]}`, "domain=d", `{"domain":"d","name":{"en":"A"},"vat":["1"]}`},
		{"a field of an odd form gives way", `{"id":1,"name":{"en":"A"}}`, "name=B", `{"name":"B"}`},
		{"a group of an odd form stays as read", `{"id":1,"contact":"Ann","customProperties":{"5":"x"}}`, "", `{"contact":"Ann","customProperties":{"5":"x"}}`},
		{"a key like a path is none", `{"id":1,"contact.fax":1,"/a":2,"/contact.fax":3,"contact":{"fax":4}}`, "", `{"contact.fax":1,"/a":2,"/contact.fax":3,"contact":{"fax":4}}`},
		{"a number stays a number", `{"id":1,"registrationNumber":12345678901234567890}`, "", `{"registrationNumber":12345678901234567890}`},
		{"a number gives way to a text", `{"id":1,"registrationNumber":123}`, "registrationNumber=124", `{"registrationNumber":"124"}`},
		{"a truth value in quotes stays so", `{"id":1,"allowCmpAccess":"True"}`, "", `{"allowCmpAccess":"True"}`},
		{"a truth value in quotes gives way", `{"id":1,"allowCmpAccess":"True"}`, "allowCmpAccess=false", `{"allowCmpAccess":false}`},
		{"what was not shown is not sent", `{"id":1,"name":"A"}`, "", `{"name":"A"}`},
		{"a group keeps its other fields", `{"id":1,"contact":{"name":"N","email":"e"}}`, "contact.email=f", `{"contact":{"name":"N","email":"f"}}`},
		{"a dot in a key is no path", `{"id":1,"name":"A","a.b":1}`, "", `{"a.b":1,"name":"A"}`},
		{"properties stay as read", `{"id":1,"customProperties":[{"id":5,"value":7,"name":"seats"},{"id":"x","value":null},{"id":6,"value":true},{"id":7,"value":{"a":1}}]}`, "",
			`{"customProperties":[{"id":5,"value":7,"name":"seats"},{"id":"x","value":null},{"id":6,"value":true},{"id":7,"value":{"a":1}}]}`},
		{"changed properties keep their types where they can", `{"id":1,"customProperties":[{"id":5,"Value":7,"name":"seats"},{"id":6,"value":true},{"id":7,"value":1},{"id":8,"value":"1"},{"id":9}]}`,
			"5=8 6=false 7=many 8=2 9=new 10=added",
			`{"customProperties":[{"id":5,"Value":8,"name":"seats"},{"id":6,"value":false},{"id":7,"value":"many"},{"id":8,"value":"2"},{"id":9,"value":"new"},{"id":10,"value":"added"}]}`},
		{"a property's id has the type of the others", `{"id":1,"customProperties":[{"id":"5","value":"a"}]}`, "6=b", `{"customProperties":[{"id":"5","value":"a"},{"id":"6","value":"b"}]}`},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			client := newClient(t, testConfig("http://127.0.0.1"))
			have, problem := client.detail(&answer{body: []byte(row.read)})
			if problem != "" {
				t.Fatal(problem)
			}
			merged := broker.Merge(wanted(row.change), &have)
			if got := string(client.updateBody(&merged)); !same(t, got, row.sent) {
				t.Errorf("sends %s, want %s", got, row.sent)
			}
		})
	}
}

// wanted reads "contact.email=f 5=8": fields by API path, else properties.
func wanted(change string) *broker.Broker {
	var b broker.Broker
	for pair := range strings.FieldsSeq(change) {
		name, value, _ := strings.Cut(pair, "=")
		if f := fieldsByPath[strings.ToLower(name)]; f != nil {
			f.Set(&b, value)
			continue
		}
		b.CustomProperties = append(b.CustomProperties, broker.Property{ID: name, Value: value})
	}
	return &b
}

func TestDetailsThatCannotBeRead(t *testing.T) {
	rows := map[string]string{
		"":                                 reasonNotJSON,
		page:                               reasonNotJSON,
		`{"id":7}{}`:                       reasonNotJSON,
		"null":                             reasonNoBroker,
		"[]":                               reasonNoBroker,
		`"7"`:                              reasonNoBroker,
		`{"name":"A"}`:                     reasonNoBroker,
		`{"id":"../8"}`:                    reasonNoBroker,
		`{"id":7}`:                         reasonNoFields,
		`{"id":8,"name":"A"}`:              reasonOtherBroker,
		`{"id":7,"id":7}`:                  reasonMember + ": id",
		`{"id":7,"name":1,"Name":2}`:       reasonMember + ": Name",
		`{"id":7,"x":1,"x":1}`:             reasonMember + ": a member",
		`{"id":7,"contact":{"a":1,"a":1}}`: reasonMember + ": a member of contact",
	}
	for body, want := range rows {
		client := serve(t, says(http.StatusOK, nil, body))
		_, err := client.Get(t.Context(), "7")
		f := failed(t, err)
		class := broker.Unavailable
		if want == reasonOtherBroker {
			class = broker.Ambiguous
		}
		if f.Reason != want || f.Class != class {
			t.Errorf("%s gives %q, %q; want %q, %q", body, f.Class, f.Reason, class, want)
		}
	}
}

func TestAnswersToACreate(t *testing.T) {
	rows := []struct {
		name     string
		status   int
		location string
		body     string
		id       broker.ID
	}{
		{"an id object", 201, "", `{"id":"a"}`, "a"},
		{"an id object with another key", 201, "", `{"ResellerId":77}`, "77"},
		{"a bare GUID", 201, "", `"9f0c8a4e-0000-4000-8000-00000000000a"`, "9f0c8a4e-0000-4000-8000-00000000000a"},
		{"a bare word", 201, "", `"Created"`, ""},
		{"a bare number", 201, "", `1`, ""},
		{"a bare number beside a location", 201, "/brokers/77", `77`, "77"},
		{"an id that is there twice", 201, "", `{"id":"a","id":"b"}`, ""},
		{"a location", 201, "/api/sellers/s/brokers/a", "", "a"},
		{"a location on an inner host", 201, "http://inner:8080/x/brokers/a/", "", "a"},
		{"a location beside an answer without id", 201, "/brokers/a", `{"name":"A"}`, "a"},
		{"the body before the location", 201, "/brokers/b", `{"id":"a"}`, "a"},
		{"a location of all brokers", 201, "/api/sellers/s/brokers", "", ""},
		{"a location of something else", 201, "/api/jobs/5", "", ""},
		{"a location with a dot segment", 201, "/brokers/..", "", ""},
		{"nothing", 201, "", "", ""},
		{"null", 201, "", "null", ""},
		{"a truth value", 201, "", "true", ""},
		{"an id of nothing", 201, "", `{"id":0}`, ""},
		{"an id that is no path segment", 201, "", `{"id":"a/b"}`, ""},
		{"no content", 204, "", "", ""},
		{"200 with an id", 200, "", `{"id":"a"}`, "a"},
	}
	for _, row := range rows {
		header := http.Header{}
		if row.location != "" {
			header.Set("Location", row.location)
		}
		made, err := serve(t, says(row.status, header, row.body)).Create(t.Context(), acme())
		if err != nil || made.ID != row.id || made.Detail {
			t.Errorf("%s gives id %q, detail %v, %v; want id %q", row.name, made.ID, made.Detail, err, row.id)
		}
	}
}

func TestAnswersToAnUpdate(t *testing.T) {
	rows := []struct{ name, body, reason string }{
		{"nothing", "", ""}, {"null", "null", ""}, {"a truth value", "true", ""}, {"the id", `{"id":"7"}`, ""}, {"a broker without id", `{"name":"A"}`, ""},
		{"a word", `"OK"`, ""}, {"a number", "1", ""}, {"a word that is no JSON", "Updated.", ""}, {"a broker with an id twice", `{"id":"8","id":"7"}`, ""},
		{"another broker", `{"id":"8"}`, reasonOtherBroker}, {"a page", page, reasonNotJSON},
	}
	for _, row := range rows {
		now, err := serve(t, says(http.StatusOK, nil, row.body)).Update(t.Context(), "7", acme())
		if row.reason == "" {
			if err != nil || now.ID != "7" || now.Detail {
				t.Errorf("%s gives %+v, %v", row.name, now, err)
			}
			continue
		}
		if f := failed(t, err); f.Class != broker.Ambiguous || f.Reason != row.reason {
			t.Errorf("%s gives %+v, want Ambiguous: %s", row.name, f, row.reason)
		}
	}
}
