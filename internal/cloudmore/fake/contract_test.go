package fake_test

import (
	"net/http"
	"slices"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/contract"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// TestTheFakeKeepsTheContract lives a broker's life under many combinations
// of settings and holds both sides of every exchange against the description.
// Answers of the other tests are checked against it as well.
func TestTheFakeKeepsTheContract(t *testing.T) {
	description, err := contract.New()
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	for name, shapes := range contractShapes() {
		t.Run(name, func(t *testing.T) {
			c := call(t, fake.Options{Shapes: shapes})
			c.client = &http.Client{Transport: description.RoundTripper(c.server.RoundTripper(), func(v contract.Violation) { t.Error(v) })}
			liveOneLife(c)
			counters := c.server.Counters()
			for _, op := range slices.DeleteFunc(slices.Clone(fake.Operations), func(op fake.Operation) bool { return op == fake.OpUnknown }) {
				c.Expect(counters[op].Calls).NotTo(BeZero(), "no %s was checked against the contract", op)
			}
		})
	}
}

func contractShapes() map[string]fake.Shapes {
	all := map[string]fake.Shapes{
		"as expected":      {},
		"details in lists": {ListContent: fake.ListDetail, ExtraFields: true, DeleteSoft: true},
		"integers":         {IDs: fake.IDInteger, PropertyIDs: fake.PropertyInteger, IDKey: fake.KeyResellerID},
		"empty strings":    {Empty: fake.EmptyString, UpdateStatus: http.StatusNoContent},
		"nothing empty":    {Empty: fake.EmptyOmitted, ErrorBody: fake.ErrorEmpty, RefusedLoginStatus: http.StatusUnauthorized},
		"next link":        {List: fake.ListValue, PageSize: 1, Paging: fake.PagingNextLink},
		"numbered pages":   {List: fake.ListData, PageSize: 1},
	}
	for _, answer := range []string{fake.CreateIDObject, fake.CreateBareID, fake.CreateLocation, fake.CreateNothing} {
		for _, ids := range []string{fake.IDGUID, fake.IDInteger} {
			all[answer+" with "+ids] = fake.Shapes{CreateAnswer: answer, IDs: ids}
		}
	}
	for _, status := range []int{http.StatusOK, http.StatusAccepted} {
		all["deleted "+http.StatusText(status)] = fake.Shapes{DeleteStatus: status}
	}
	return all
}

func liveOneLife(c *caller) {
	property := any("segment")
	if c.server.Shapes().PropertyIDs == fake.PropertyInteger {
		property = 7
	}
	whole := body(with("customProperties", []any{map[string]any{"id": property, "value": "gold"}}))
	c.login()
	c.logInAs(fake.DefaultUsername, "wrong")
	c.server.Add(portal("half"))
	c.Expect(c.post(whole).Status).To(Equal(http.StatusCreated))
	c.Expect(c.post(body(with("customProperties", nil), with("domain", "abc"))).Status).To(Equal(http.StatusBadRequest))
	id := c.server.Live()[1].ID
	c.Expect(c.server.SetServices(id, true)).To(Succeed())
	for _, path := range []string{brokersPath, brokersPath + "/" + id, resellersPath, resellersPath + "/" + id} {
		c.Expect(c.send(http.MethodGet, path, nil).Status).To(Equal(http.StatusOK))
	}
	whole["name"] = "New"
	c.Expect(c.put(id, whole).Status).To(BeNumerically("<", 300))
	c.Expect(c.put(id, body(without("name"), with("customProperties", nil))).Status).To(Equal(http.StatusBadRequest))
	c.Expect(c.delete(id).Status).To(BeNumerically("<", 300))
	c.Expect(c.get("nobody").Status).To(Equal(http.StatusNotFound))
	c.server.RevokeTokens()
	c.Expect(c.get(id).Status).To(Equal(http.StatusUnauthorized))
}
