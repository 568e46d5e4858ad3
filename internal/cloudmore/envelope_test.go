package cloudmore

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// wraps are the envelopes around what was asked for (%s).
var wraps = []string{
	`%s`, `{"data":%s}`, `{"Result":%s,"success":true}`, `{"VALUE":%s,"errors":[],"error":null}`, `{"item":%s,"meta":{"requestId":"x"}}`,
	`{"data":%s,"status":"success","message":"ok"}`, `{"response":{"data":%s}}`, `{"data":%s,"seller":{"id":"5"}}`, `{"d":%s}`,
}

func TestABrokerInAnEnvelope(t *testing.T) {
	const one = `{"id":"7","name":"Seven","contact":{"email":"a@b"},"extra":{"id":"9"}}`
	for _, wrap := range append(wraps, `{"broker":%s}`, `{"reseller":%s}`) {
		client := serve(t, says(http.StatusOK, nil, fmt.Sprintf(wrap, one)))
		found, err := client.Get(t.Context(), "7")
		if err != nil || found.ID != "7" || *found.Name != "Seven" || *found.Contact.Email != "a@b" || !found.Detail {
			t.Errorf("GET of %s gives %+v, %v", wrap, found, err)
		}
		if _, err = client.Get(t.Context(), "8"); failed(t, err).Reason != reasonOtherBroker {
			t.Errorf("GET of another broker in %s gives %v", wrap, err)
		}
		if made, err := client.Create(t.Context(), acme()); err != nil || made.ID != "7" || *made.Name != "Seven" {
			t.Errorf("POST answered by %s gives %+v, %v", wrap, made, err)
		}
		if now, err := client.Update(t.Context(), "7", acme()); err != nil || *now.Name != "Seven" {
			t.Errorf("PUT answered by %s gives %+v, %v", wrap, now, err)
		}
		if err := client.Delete(t.Context(), "7"); err != nil {
			t.Errorf("DELETE answered by %s gives %v", wrap, err)
		}
		if active, err := client.ActiveReseller(t.Context(), "7"); err != nil || !active {
			t.Errorf("GET of a reseller in %s gives %v, %v", wrap, active, err)
		}
	}
}

func TestAListInAnEnvelope(t *testing.T) {
	for _, list := range []string{`[{"id":"1"},{"id":"2"}]`, `{"items":[{"id":"1"},{"id":"2"}],"totalCount":2}`, `{"Brokers":[{"id":"1"},{"broker":{"id":"2"}}],"page":1,"totalPages":1}`} {
		for _, wrap := range wraps {
			if strings.HasPrefix(wrap, `{"item"`) && list[0] == '[' {
				continue // the name of one
			}
			client := serve(t, says(http.StatusOK, nil, fmt.Sprintf(wrap, list)))
			for op, read := range readLists {
				if ids, err := read(t, client); err != nil || strings.Join(ids, " ") != "1 2" {
					t.Errorf("%s of %s in %s gives %v, %v", op, list, wrap, ids, err)
				}
			}
		}
	}
}

func TestPagesInAnEnvelope(t *testing.T) {
	client := book(t, map[string]string{
		"":        `{"data":{"items":[{"id":1}],"page":1,"totalPages":2},"success":true}`,
		"?page=2": `{"data":{"items":[{"id":2}],"page":2,"totalPages":2},"success":true}`,
	}, nil)
	if all, err := client.List(t.Context()); err != nil || len(all.Brokers) != 2 {
		t.Errorf("the list is %v, %v", all, err)
	}
	client = serve(t, says(http.StatusOK, nil, `{"data":{"items":[{"id":1}]},"meta":{"total":2}}`))
	if all, err := client.List(t.Context()); err == nil || failed(t, err).Announced == "" {
		t.Errorf("the list that lacks one is %v, %v", all, err)
	}
}

func TestNoEnvelope(t *testing.T) {
	rows := map[string]string{
		"a broker without id is none":         `{"name":"Seven","contact":{"id":"7"}}`,
		"two objects with ids are not chosen": `{"a":{"id":"7"},"b":{"id":"8"}}`,
		"two envelopes are not chosen from":   `{"data":{"id":"7"},"result":{"id":"7"}}`,
		"an envelope without one":             `{"data":null,"success":true}`,
		"a list in an envelope is no broker":  `{"data":[{"id":"7"}]}`,
		"more envelopes than anybody uses":    `{"data":{"data":{"data":{"data":{"id":"7"}}}}}`,
	}
	for name, body := range rows {
		client := serve(t, says(http.StatusOK, nil, body))
		_, err := client.Get(t.Context(), "7")
		if f := failed(t, err); f.Class != broker.Unavailable || f.Reason != reasonNoBroker {
			t.Errorf("%s: %+v", name, *f)
		}
		if made, err := client.Create(t.Context(), acme()); err != nil || made.ID != "" {
			t.Errorf("%s: the create gives %q, %v", name, made.ID, err)
		}
	}
	for _, body := range []string{`{"data":{"items":[]},"result":{"items":[]}}`, `{"data":{"errors":[]}}`, `{"errors":[]}`, `{"data":null}`, `{"data":{}}`} {
		client := serve(t, says(http.StatusOK, nil, body))
		if all, err := client.List(t.Context()); err == nil || failed(t, err).Reason != reasonNoList {
			t.Errorf("the list in %s is %v, %v", body, all, err)
		}
	}
}

func TestABareIDInAnEnvelope(t *testing.T) {
	const guid = "9f0c8a4e-0000-4000-8000-00000000000a"
	for body, want := range map[string]broker.ID{
		`{"data":"` + guid + `","success":true}`: guid, `{"result":"` + guid + `"}`: guid,
		`{"result":"created"}`: "", `{"result":1}`: "", `{"traceId":"` + guid + `"}`: "", `{"data":"` + emptyGUID + `"}`: "",
	} {
		client := serve(t, says(http.StatusCreated, nil, body))
		if made, err := client.Create(t.Context(), acme()); err != nil || made.ID != want {
			t.Errorf("%s makes %q, %v; want %q", body, made.ID, err, want)
		}
	}
}

func TestSuccessesThatDenyThemselves(t *testing.T) {
	class := map[Op]broker.Class{
		OpCreate: broker.Ambiguous, OpUpdate: broker.Ambiguous, OpDelete: broker.Ambiguous, OpGet: broker.Unavailable,
		OpList: broker.Unavailable, OpActiveResellers: broker.Unavailable, OpActiveReseller: broker.Unavailable,
	}
	for _, body := range []string{
		`{"success":false,"message":"no"}`, `{"Success":"false","data":[],"message":"no"}`, `{"succeeded":false,"errors":["no"]}`, `{"errors":[{"message":"no"}],"data":null}`,
		`{"error":"no"}`, `{"status":"error","message":"no"}`, `{"data":{"success":false,"message":"no"}}`, `{"errorCode":5,"errorName":"X","errorMessage":"no"}`,
		`{"items":[],"errors":["no"]}`, `{"hasErrors":true,"message":"no","data":[]}`,
	} {
		client := serve(t, says(http.StatusOK, nil, body))
		for op, want := range class {
			if f := failed(t, operations[op](t.Context(), client)); f.Class != want || f.Reason != reasonDenied || f.Said != "no" || !f.Answered || f.Gateway || f.Refusal() {
				t.Errorf("%s to %s gives %+v, want %q", body, op, *f, want)
			}
		}
	}
	for _, body := range []string{`{"id":"7","name":"x","success":false,"errors":["x"]}`, `{"success":true,"error":false,"errors":{},"data":{"id":"7","name":"x"}}`} {
		client := serve(t, says(http.StatusOK, nil, body))
		if _, err := client.Get(t.Context(), "7"); err != nil {
			t.Errorf("%s gives %v", body, err)
		}
	}
}
