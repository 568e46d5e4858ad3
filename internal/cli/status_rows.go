package cli

import (
	"fmt"
	"strings"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/fleet"
)

// named is how many Resellers a line names before it counts them.
const named = 3

func (s *status) accountRow(seller *fleet.Seller) []string {
	row := []string{account(seller.Ref), yes(seller.Ready), or(seller.Reason, "<none>"), s.ago(seller.SyncedAt)}
	if seller.Missing {
		return append(row[:1], "False", "<not found>", "-", "-", "-", "-", "-", "-")
	}
	counts := []string{"-", "-", "-", "-"}
	if b := seller.Brokers; b != nil {
		counts = []string{fmt.Sprint(b.Total), fmt.Sprint(b.Managed), fmt.Sprint(b.Unmanaged), fmt.Sprint(b.Drifted)}
	}
	row = append(row, counts...)
	if seller.Halted {
		return append(row, s.paint(red, "halted"))
	}
	return append(row, "on")
}

// each has a row for every Reseller.
func (s *status) each(trouble []fleet.Group) [][]string {
	rows := [][]string{{"NAMESPACE", "NAME", "REASON", "TURN", "SINCE", "DRIFT", "BROKER", "ACCOUNT"}}
	for _, group := range trouble {
		for i := range group.Resellers {
			r := &group.Resellers[i]
			rows = append(rows, []string{r.Namespace, r.Name, or(r.Reason, "<none>"), s.turn(group.Turn), s.ago(r.Since), fmt.Sprint(r.Drift), or(r.BrokerID, "-"), account(r.Seller)})
		}
	}
	return rows
}

// which names the first Resellers and counts the others.
func which(resellers []fleet.Reseller) string {
	var names []string
	for i, r := range resellers {
		if i == named {
			names = append(names, fmt.Sprintf("and %d more", len(resellers)-named))
			break
		}
		names = append(names, r.Namespace+"/"+r.Name)
	}
	return strings.Join(names, ", ")
}

func account(ref fleet.Ref) string {
	if ref.Namespace == "" {
		return ref.Name
	}
	return ref.Namespace + "/" + ref.Name
}

func (s *status) turn(turn v1alpha1.Turn) string {
	if turn == v1alpha1.TurnYou {
		return s.paint(red, string(turn))
	}
	return string(turn)
}

func yes(is bool) string {
	if is {
		return "True"
	}
	return "False"
}
