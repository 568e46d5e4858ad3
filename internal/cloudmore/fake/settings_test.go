package fake_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// settingCase is one setting, what it changes, and how that shows.
type settingCase struct {
	setting  string
	sentence string
	shapes   fake.Shapes
	shows    func(c *caller)
}

func settingCases() []settingCase {
	return slices.Concat(modelCases, listCases, pagingCases, writeCases, deleteCases, accessCases, memberCases, refusalCases, outageCases, displayCases, spellCases)
}

func TestSettings(t *testing.T) {
	for _, row := range settingCases() {
		t.Run(row.setting+" "+row.sentence, func(t *testing.T) {
			row.shows(call(t, fake.Options{Shapes: row.shapes}))
		})
	}
}

func TestEverySettingHasACase(t *testing.T) {
	for _, setting := range fake.Settings(&fake.Shapes{}) {
		if !slices.ContainsFunc(settingCases(), func(row settingCase) bool { return row.setting == setting.Name }) {
			t.Errorf("the setting %s has no case", setting.Name)
		}
	}
}

var modelCases = []settingCase{
	{"ids", "are GUIDs unless told otherwise", fake.Shapes{}, func(c *caller) {
		c.Expect(c.post(body()).object(c)["id"]).To(MatchRegexp(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`))
	}},
	{"ids", "can be JSON numbers", fake.Shapes{IDs: fake.IDInteger}, func(c *caller) {
		c.Expect(c.post(body()).Body).To(ContainSubstring(`"id":1001`))
		c.Expect(c.get("1001").Body).To(ContainSubstring(`"id":1001`))
		c.Expect(c.send(http.MethodGet, brokersPath, nil).Body).To(ContainSubstring(`"id":1001`))
	}},
	{"idKey", "names the id", fake.Shapes{IDKey: fake.KeyBrokerID}, func(c *caller) {
		id := c.created()
		c.Expect(c.get(id).object(c)).To(HaveKeyWithValue("brokerId", id))
		c.Expect(c.get(id).object(c)).NotTo(HaveKey("id"))
		c.Expect(c.send(http.MethodGet, brokersPath, nil).array(c)[0]).To(HaveKeyWithValue("brokerId", id))
	}},
	{"createAnswer", "is the whole broker unless told otherwise", fake.Shapes{}, func(c *caller) {
		c.Expect(c.post(body()).object(c)).To(And(HaveKey("id"), HaveKeyWithValue("name", "ABCDEF Company"), HaveKey("contact")))
	}},
	{"createAnswer", "can be an object with the id only", fake.Shapes{CreateAnswer: fake.CreateIDObject, IDKey: fake.KeyResellerID}, func(c *caller) {
		c.Expect(c.post(body()).object(c)).To(And(HaveLen(1), HaveKey("resellerId")))
	}},
	{"createAnswer", "can be the bare id", fake.Shapes{CreateAnswer: fake.CreateBareID}, func(c *caller) {
		answer := c.post(body())
		c.Expect(answer.Body).To(Equal(`"` + c.server.Live()[0].ID + `"`))
	}},
	{"createAnswer", "can be a Location header only", fake.Shapes{CreateAnswer: fake.CreateLocation}, func(c *caller) {
		answer := c.post(body())
		c.Expect(answer.Body).To(BeEmpty())
		c.Expect(answer.Header.Get("Location")).To(Equal(c.base + brokersPath + "/" + c.server.Live()[0].ID))
	}},
	{"createAnswer", "can say nothing", fake.Shapes{CreateAnswer: fake.CreateNothing}, func(c *caller) {
		answer := c.post(body())
		c.Expect(answer).To(And(HaveField("Status", http.StatusCreated), HaveField("Body", "")))
		c.Expect(answer.Header).NotTo(HaveKey("Location"))
	}},
	{"propertyIds", "are strings unless told otherwise, and numbers are refused", fake.Shapes{}, func(c *caller) {
		c.Expect(c.get(c.created()).Body).To(ContainSubstring(`{"id":"segment","value":"gold"}`))
		c.Expect(c.post(body(with("customProperties", []any{map[string]any{"id": 7}}))).object(c)).To(HaveKey("CustomProperties[0].Id"))
	}},
	{"propertyIds", "can be numbers, and strings are refused", fake.Shapes{PropertyIDs: fake.PropertyInteger}, func(c *caller) {
		id := c.created(with("customProperties", []any{map[string]any{"id": 7, "value": "gold"}}))
		c.Expect(c.get(id).Body).To(ContainSubstring(`{"id":7,"value":"gold"}`))
		c.Expect(c.post(body()).object(c)).To(HaveKey("CustomProperties[0].Id"))
	}},
	{"definedProperties", "refuse any other", fake.Shapes{DefinedProperties: []string{"segment"}}, func(c *caller) {
		c.created()
		answer := c.post(body(with("customProperties", []any{map[string]any{"id": "region", "value": "x"}})))
		c.Expect(answer.object(c)).To(HaveKey("CustomProperties[0].Id"))
	}},
	{"empty", "fields are null unless told otherwise", fake.Shapes{}, func(c *caller) {
		c.Expect(c.get(c.created(without("vat"), without("invoiceContact"))).object(c)).To(And(
			HaveKeyWithValue("vat", BeNil()), HaveKeyWithValue("invoiceContact", BeNil())))
	}},
	{"empty", "fields can be empty strings", fake.Shapes{Empty: fake.EmptyString}, func(c *caller) {
		c.Expect(c.get(c.created(without("vat"))).object(c)).To(HaveKeyWithValue("vat", ""))
	}},
	{"empty", "fields can be missing", fake.Shapes{Empty: fake.EmptyOmitted}, func(c *caller) {
		c.Expect(c.get(c.created(without("vat"), without("invoiceContact"), within("address", "city", ""))).object(c)).To(And(
			Not(HaveKey("vat")), Not(HaveKey("invoiceContact")), HaveKeyWithValue("address", Not(HaveKey("city")))))
	}},
	{"extraFields", "appear in details", fake.Shapes{ExtraFields: true}, func(c *caller) {
		c.Expect(c.get(c.created()).object(c)).To(HaveKey("createdDate"))
	}},
}

var listCases = []settingCase{
	{"list", "is a bare array unless told otherwise", fake.Shapes{}, func(c *caller) {
		c.Expect(c.listed()).To(BeEmpty())
		id := c.created()
		c.Expect(c.listed()).To(Equal([]string{id}))
	}},
	{"list", "can be in an object", fake.Shapes{List: fake.ListResults}, func(c *caller) {
		id := c.created()
		c.Expect(ids(c.send(http.MethodGet, brokersPath, nil).object(c)["results"].([]any))).To(Equal([]string{id}))
	}},
	{"listContent", "is a summary unless told otherwise", fake.Shapes{}, func(c *caller) {
		id := c.created()
		c.Expect(c.send(http.MethodGet, brokersPath, nil).array(c)).To(ConsistOf(Equal(map[string]any{
			"id": id, "name": "ABCDEF Company", "registrationNumber": "123456789", "domain": "abcdef.example"})))
	}},
	{"listContent", "can be what GET shows", fake.Shapes{ListContent: fake.ListDetail}, func(c *caller) {
		id := c.created()
		c.Expect(c.send(http.MethodGet, brokersPath, nil).array(c)).To(ConsistOf(c.get(id).object(c)))
	}},
	{"listFields", "are those of a summary", fake.Shapes{ListFields: []string{"name"}}, func(c *caller) {
		id := c.created()
		c.Expect(c.send(http.MethodGet, brokersPath, nil).array(c)).To(ConsistOf(map[string]any{"id": id, "name": "ABCDEF Company"}))
	}},
	{"listLag", "delays what the list shows, and nothing else", fake.Shapes{ListLag: 30 * time.Second}, func(c *caller) {
		id := c.created()
		c.Expect(c.listed()).To(BeEmpty())
		c.Expect(c.get(id).Status).To(Equal(http.StatusOK))
		c.clock.Pass(30 * time.Second)
		c.Expect(c.listed()).To(Equal([]string{id}))
		c.Expect(c.delete(id).Status).To(Equal(http.StatusNoContent))
		c.Expect(c.get(id).Status).To(Equal(http.StatusNotFound))
		c.Expect(c.listed()).To(Equal([]string{id}))
		c.clock.Pass(30 * time.Second)
		c.Expect(c.listed()).To(BeEmpty())
	}},
	{"getLag", "makes a GET as old as the list", fake.Shapes{ListLag: time.Minute, GetLag: true}, func(c *caller) {
		id := c.created()
		c.Expect(c.get(id).Status).To(Equal(http.StatusNotFound))
		c.clock.Pass(time.Minute)
		c.Expect(c.put(id, body(with("name", "New"))).Status).To(Equal(http.StatusOK))
		c.Expect(c.get(id).object(c)).To(HaveKeyWithValue("name", "ABCDEF Company"))
		c.clock.Pass(time.Minute)
		c.Expect(c.get(id).object(c)).To(HaveKeyWithValue("name", "New"))
	}},
	{"listUpperCaseIds", "writes GUIDs in upper case, and GET takes them", fake.Shapes{ListUpperCaseIDs: true}, func(c *caller) {
		id := c.created()
		c.Expect(c.listed()).To(Equal([]string{strings.ToUpper(id)}))
		c.Expect(c.get(c.listed()[0]).object(c)).To(HaveKeyWithValue("id", id))
	}},
	{"listedAfterDelete", "keeps a deleted broker in the list", fake.Shapes{ListedAfterDelete: time.Minute}, func(c *caller) {
		id := c.created()
		c.clock.Pass(time.Second)
		c.Expect(c.delete(id).Status).To(Equal(http.StatusNoContent))
		c.Expect(c.get(id).Status).To(Equal(http.StatusNotFound))
		c.Expect(c.listed()).To(Equal([]string{id}))
		c.clock.Pass(time.Minute)
		c.Expect(c.listed()).To(BeEmpty())
	}},
	{"serviceRows", "has a row for each service", fake.Shapes{ServiceRows: 2}, func(c *caller) {
		id := c.created()
		c.created()
		c.Expect(c.server.SetServices(id, true)).To(Succeed())
		rows := c.sendSpoilt(http.MethodGet, resellersPath, nil).array(c)
		c.Expect(rows).To(And(HaveLen(2), HaveEach(HaveKeyWithValue("resellerId", id))))
		c.Expect(rows[0]).NotTo(Equal(rows[1]))
		c.Expect(c.listed()).To(HaveLen(2))
	}},
	{"announcedMore", "has a list announce more than it shows", fake.Shapes{AnnouncedMore: 2}, func(c *caller) {
		c.created()
		c.Expect(c.send(http.MethodGet, brokersPath, nil).Header.Get("X-Total-Count")).To(Equal("3"))
	}},
}

func TestUnknownSettingsAreRefused(t *testing.T) {
	for sentence, row := range map[string]struct {
		shapes  fake.Shapes
		message string
	}{
		"a value that is no choice":               {fake.Shapes{IDs: "uuid"}, `setting ids: "uuid" is none of guid, integer`},
		"a status that is no choice":              {fake.Shapes{UpdateStatus: 201}, `setting updateStatus: "201" is none of 200, 204`},
		"a normalization that is none":            {fake.Shapes{Normalize: []string{"case"}}, `setting normalize: "case" is none of`},
		"a spelling without a kind":               {fake.Shapes{Spell: []string{"store name"}}, `setting spell: "store name" is not a place, a field and a kind`},
		"a spelling in no place":                  {fake.Shapes{Spell: []string{"keep name trim"}}, `setting spell: "keep" is none of store`},
		"a spelling of no text":                   {fake.Shapes{Spell: []string{"store allowCmpAccess trim"}}, `setting spell: "allowCmpAccess" is no field of text`},
		"a spelling of no kind":                   {fake.Shapes{Spell: []string{"store name rot13"}}, `setting spell: "rot13" is none of ascii`},
		"page numbers where there is no room":     {fake.Shapes{PageSize: 5}, `setting paging: numbers needs a list in an object`},
		"a link to the next page without an room": {fake.Shapes{PageSize: 5, Paging: fake.PagingNextLink}, `setting paging: next-link needs`},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := fake.New(fake.Options{Shapes: row.shapes})
			NewWithT(t).Expect(err).To(MatchError(ContainSubstring(row.message)))
		})
	}
}

func TestSettingsInJSON(t *testing.T) {
	t.Run("are written whole and read back the same", func(t *testing.T) {
		g := NewWithT(t)
		shapes, err := fake.Shapes{ListLag: 90 * time.Second, Normalize: []string{fake.NormalizeVAT}, RateLimit: 2.5}.Complete()
		g.Expect(err).NotTo(HaveOccurred())
		text, err := json.Marshal(shapes)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(text).To(ContainSubstring(`"listLag":"1m30s"`))
		var read fake.Shapes
		g.Expect(json.Unmarshal(text, &read)).To(Succeed())
		read, err = read.Complete()
		g.Expect(err).NotTo(HaveOccurred())
		again, err := json.Marshal(read)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(again).To(MatchJSON(text))
	})
	t.Run("change only what they name", func(t *testing.T) {
		g := NewWithT(t)
		shapes := fake.Shapes{ListLag: time.Second, ListFields: []string{"name", "vat"}}
		g.Expect(json.Unmarshal([]byte(`{"listFields":["domain"]}`), &shapes)).To(Succeed())
		g.Expect(shapes).To(Equal(fake.Shapes{ListLag: time.Second, ListFields: []string{"domain"}}))
	})
	t.Run("name what is unknown or of another type", func(t *testing.T) {
		g := NewWithT(t)
		var shapes fake.Shapes
		g.Expect(json.Unmarshal([]byte(`{"listLagg":"1s"}`), &shapes)).To(MatchError("setting listLagg: unknown"))
		g.Expect(json.Unmarshal([]byte(`{"listLag":30}`), &shapes)).To(MatchError(ContainSubstring(`setting listLag: a duration is a string such as "30s"`)))
	})
}
