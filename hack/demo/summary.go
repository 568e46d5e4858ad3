package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"
)

// summary tells what the demo cost, and holds that nothing was made twice.
func (d *demo) summary(ctx context.Context, shown int, took time.Duration) error {
	var counters map[string]struct{ Calls, Committed int }
	if err := d.account(ctx, http.MethodGet, "counters", nil, &counters); err != nil {
		return err
	}
	fmt.Printf("\n%s\n\n", d.bold("Summary"))
	fmt.Printf("  %d of %d steps hold, in %d s\n", shown, len(steps), int(took.Seconds()))
	fmt.Print("  calls to the seller API: ")
	for i, op := range slices.Sorted(maps.Keys(counters)) {
		if i > 0 {
			fmt.Print(", ")
		}
		fmt.Printf("%s %d", op, counters[op].Calls)
	}
	fmt.Println()
	created := counters["create"]
	if created.Calls != 2 || created.Committed != 2 {
		return fmt.Errorf("two resellers took %d POSTs, of which %d made a broker", created.Calls, created.Committed)
	}
	fmt.Println("  brokers created: 2, duplicates: 0")
	return nil
}
