package main

import (
	"strings"
	"testing"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

func TestPhasesThatCostTooMuch(t *testing.T) {
	type calls = map[fake.Operation]int
	for _, row := range []struct {
		name string
		r    result
		want []string // what is exceeded
	}{
		{"a create is three writes and one call", result{Phase: "create", Seconds: 8, Writes: 300, Calls: calls{fake.OpCreate: 100, fake.OpList: 6, fake.OpActiveResellers: 1}}, nil},
		{"who waited for the Seller said so", result{Phase: "create", Writes: 340, waited: 40}, nil},
		{"one more says nothing", result{Phase: "create", Writes: 341, waited: 40}, []string{"341 writes to Resellers, at most 340"}},
		{"edits meanwhile are edits", result{Phase: "create", Writes: 350, edits: 50, Calls: calls{fake.OpCreate: 100, fake.OpGet: 50, fake.OpUpdate: 50}}, nil},
		{"a second POST", result{Phase: "create", Calls: calls{fake.OpCreate: 101}}, []string{"101 calls of " + string(fake.OpCreate) + ", at most 100"}},
		{"rest is two calls an interval", result{Phase: "rest", Seconds: 30, Calls: calls{fake.OpList: 2, fake.OpActiveResellers: 2, fake.OpToken: 9}}, nil},
		{"a third reading", result{Phase: "rest", Seconds: 30, Calls: calls{fake.OpList: 3, fake.OpActiveResellers: 2}}, []string{"3 calls of "}},
		{"a GET and a write at rest", result{Phase: "rest", Seconds: 30, Writes: 1, Calls: calls{fake.OpGet: 1}}, []string{"1 calls of ", "1 writes"}},
		{"details that are due", result{Phase: "rest", Lists: "summary", Seconds: 30, Calls: calls{fake.OpGet: 3}}, nil},
		{"details too often", result{Phase: "rest", Lists: "summary", Seconds: 30, Calls: calls{fake.OpGet: 4}}, []string{"4 calls of "}},
		{"who the others are is read once", result{Phase: "create", Lists: listNames, Unmanaged: 900, Seconds: 3, Calls: calls{fake.OpCreate: 100, fake.OpGet: 910}}, nil},
		{"not once for each create", result{Phase: "create", Lists: listNames, Unmanaged: 900, Seconds: 3, Calls: calls{fake.OpGet: 911}}, []string{"911 calls of " + string(fake.OpGet) + ", at most 910"}},
		{"nothing where lists show it", result{Phase: "create", Lists: "summary", Unmanaged: 900, Seconds: 3, Calls: calls{fake.OpGet: 3}}, []string{"3 calls of "}},
		{"nor again at rest", result{Phase: "rest", Lists: listNames, Unmanaged: 900, Seconds: 3, Calls: calls{fake.OpGet: 11}}, []string{"11 calls of "}},
		{"drift costs two calls for each", result{Phase: "drift", Seconds: 9, changed: 1, Calls: calls{fake.OpGet: 1, fake.OpUpdate: 1}}, nil},
		{"an edit is a write and two calls", result{Phase: "edit", Writes: 100, Calls: calls{fake.OpGet: 100, fake.OpUpdate: 100}}, nil},
		{"two writes for an edit", result{Phase: "edit", Writes: 101}, []string{"101 writes"}},
		{"a delete is two writes and five calls", result{Phase: "delete", Writes: 200, Calls: calls{fake.OpGet: 300, fake.OpDelete: 100, fake.OpActiveReseller: 100}}, nil},
		{"a second DELETE", result{Phase: "delete", Calls: calls{fake.OpDelete: 101}}, []string{"101 calls of "}},
		{"a restart reads once", result{Phase: "restart", Seconds: 1, Calls: calls{fake.OpList: 1, fake.OpActiveResellers: 1}}, nil},
		{"each Seller proves its credentials by a list", result{Phase: "restart", Seconds: 1, Sellers: 10, Calls: calls{fake.OpList: 11, fake.OpActiveResellers: 1}}, nil},
		{"but not twice", result{Phase: "restart", Seconds: 1, Sellers: 10, Calls: calls{fake.OpList: 12}}, []string{"12 calls of "}},
		{"a restart that writes", result{Phase: "restart", Seconds: 1, Writes: 1, Calls: calls{fake.OpCreate: 1}}, []string{"1 calls of ", "1 writes"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := row.r
			r.Resellers = 100
			if r.Lists == "" {
				r.Lists = fake.ListDetail
			}
			r.exceeded = r.over()
			if len(r.exceeded) != len(row.want) {
				t.Fatalf("exceeds %q, not %q", r.exceeded, row.want)
			}
			for i, want := range row.want {
				if !strings.HasPrefix(r.exceeded[i], want) {
					t.Errorf("exceeds %q, not %q", r.exceeded[i], want)
				}
			}
			if err := exceeded([]*result{&r}); (err != nil) != (len(row.want) > 0) {
				t.Errorf("fails with %v", err)
			}
		})
	}
}

func TestSeveralNamespacesMayCostATenthMore(t *testing.T) {
	runs := func(one, ten int) []*result {
		return []*result{
			{Resellers: 300, Spread: 1, Phase: "create", Requests: one / 2}, {Resellers: 300, Spread: 1, Phase: "delete", Requests: one - one/2},
			{Resellers: 300, Spread: 10, Phase: "create", Requests: ten}, {Resellers: 100, Spread: 10, Phase: "create", Requests: 9999},
			{Resellers: 300, Spread: 0, Phase: "create", Requests: 9999},
		}
	}
	if err := dearer(runs(1000, 1100)); err != nil {
		t.Error(err)
	}
	if err := dearer(runs(1000, 1101)); err == nil || !strings.Contains(err.Error(), "10 namespaces cost 1101 requests to the API server, one costs 1000") {
		t.Errorf("it says %v", err)
	}
}

func TestOneNamespaceHasTheSellersOfAllItIsComparedWith(t *testing.T) {
	for _, row := range []struct {
		namespaces, want int
		all              []int
	}{
		{0, 1, []int{0}}, {0, 1, []int{0, 10}}, {1, 1, []int{1}}, {1, 10, []int{1, 10}}, {10, 10, []int{1, 10}}, {3, 3, []int{1, 3, 10}},
	} {
		if got := sellers(row.namespaces, row.all); got != row.want {
			t.Errorf("%d of %v namespaces have %d Sellers, not %d", row.namespaces, row.all, got, row.want)
		}
	}
}
