package main

import (
	"fmt"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// columns are the operations of the table, by the names that people know.
var columns = []fake.Operation{fake.OpList, fake.OpActiveResellers, fake.OpGet, fake.OpCreate, fake.OpUpdate, fake.OpDelete, fake.OpActiveReseller}

// print writes one row of the table, the head before the first.
func (r *result) print(head bool) {
	if head {
		fmt.Printf("\n%d Resellers%s, lists show %s%s\n\n", r.Resellers, besides(r.Unmanaged), r.Lists, spread(r.Spread, r.Sellers))
		fmt.Printf("| phase | seconds | list | services | GET | POST | PUT | DELETE | GET services | calls per Reseller | writes | requests | rate used | p50 | p99 | CPU s | peak MiB | live KiB per Reseller |\n")
		fmt.Printf("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	}
	fmt.Printf("| %s | %.1f |", r.Phase, r.Seconds)
	total := 0
	for _, op := range columns {
		total += r.Calls[op]
		fmt.Printf(" %d |", r.Calls[op])
	}
	fmt.Printf(" %.3f | %d | %d | %s | %s | %s | %.1f | %.0f | %.1f |\n", float64(total)/float64(r.Resellers), r.Writes, r.Requests,
		share(r.Rate), seconds(r.P50), seconds(r.P99), r.CPU, r.PeakMiB, r.LiveKiB)
}

func share(x float64) string {
	if x == 0 {
		return ""
	}
	return fmt.Sprintf("%.0f %%", 100*x)
}

func seconds(x float64) string {
	if x == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f s", x)
}

func spread(namespaces, sellers int) string {
	if namespaces == 0 {
		return ""
	}
	return fmt.Sprintf(", namespaces watched: %d, Sellers of the account: %d", namespaces, sellers)
}

func besides(unmanaged int) string {
	if unmanaged == 0 {
		return ""
	}
	return fmt.Sprintf(" beside %d unmanaged brokers", unmanaged)
}
