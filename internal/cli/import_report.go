package cli

import (
	"fmt"
	"strconv"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/onboard"
)

// report tells what became of each broker of an account.
type report struct {
	// Written are the brokers that got a manifest.
	Written []written `json:"written"`
	// Present is how many a Reseller or a manifest claimed before.
	Present     int `json:"present"`
	NotSelected int `json:"notSelected,omitempty"`
	// Duplicates share registration number and domain; each has a manifest of its own.
	Duplicates [][]listed `json:"duplicates,omitempty"`
	// Described are described by a Reseller that does not hold them.
	Described []described `json:"described,omitempty"`
	// Foreign are another seller's, Inactive are deactivated: none has a manifest.
	Foreign  []listed `json:"foreign,omitempty"`
	Inactive []listed `json:"inactive,omitempty"`
	// Unread could not be read or described.
	Unread []unread `json:"unread,omitempty"`
}

type written struct {
	Name     string            `json:"name"`
	BrokerID string            `json:"brokerID"`
	LeftOut  []onboard.LeftOut `json:"leftOut,omitempty"`
}

type listed struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

type described struct {
	listed `json:",inline"`
	By     string `json:"by"`
}

type unread struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
	Why  string `json:"why"`
}

func listedOf(b *broker.Broker) listed {
	return listed{ID: string(b.ID), Name: broker.TextOf(b.Name)}
}

func reportOf(found *onboard.Sorted, unreadable []broker.Unreadable) *report {
	r := &report{Present: found.Held, Written: []written{}}
	for i := range found.Foreign {
		r.Foreign = append(r.Foreign, listedOf(&found.Foreign[i]))
	}
	for i := range found.Inactive {
		r.Inactive = append(r.Inactive, listedOf(&found.Inactive[i]))
	}
	for i := range found.Described {
		d := &found.Described[i]
		r.Described = append(r.Described, described{listedOf(&d.Broker), d.By.Namespace + "/" + d.By.Name})
	}
	for i := range unreadable {
		u := &unreadable[i]
		r.Unread = append(r.Unread, unread{Name: broker.TextOf(u.Shows.Name), Why: fmt.Sprintf("entry %d of the list: %s", u.Index, u.Problem)})
	}
	return r
}

// leftOut is how many values were left out.
func (r *report) leftOut() int {
	n := 0
	for i := range r.Written {
		n += len(r.Written[i].LeftOut)
	}
	return n
}

// show prints it, and exits by whether a user should look.
func (i *importer) show(to sink, r *report) error {
	if i.output != "table" {
		if err := structured(i.Out, i.output, r); err != nil {
			return err
		}
	} else {
		i.print(to, r)
	}
	if r.leftOut()+len(r.Duplicates)+len(r.Described)+len(r.Unread) > 0 {
		return outcome(YourTurn)
	}
	return nil
}

func (i *importer) print(to sink, r *report) {
	i.printf("Resellers %s: %d. Brokers described before: %d. Not selected: %d.\n", to, len(r.Written), r.Present, r.NotSelected)
	rows := [][]string{{"RESELLER", "FIELD", "CLOUDMORE HAS", "PROPOSAL", "WHY"}}
	for n := range r.Written {
		w := &r.Written[n]
		for _, l := range w.LeftOut {
			rows = append(rows, []string{w.Name, l.Field, strconv.Quote(short(l.Value)), or(l.Proposal, "-"), l.Why})
		}
	}
	i.section("Left out, because admission would refuse it", rows)
	rows = [][]string{{"BROKER", "NAME", "WHY"}}
	for _, group := range r.Duplicates {
		for _, l := range group {
			rows = append(rows, []string{l.ID, short(l.Name), fmt.Sprintf("%d brokers have this registration number and domain; each has its Reseller", len(group))})
		}
	}
	for _, d := range r.Described {
		rows = append(rows, []string{d.ID, short(d.Name), "Reseller " + d.By + " describes it and does not hold it; see kubectl reseller status"})
	}
	for _, l := range r.Foreign {
		rows = append(rows, []string{l.ID, short(l.Name), "another seller's broker; no Reseller"})
	}
	for _, l := range r.Inactive {
		rows = append(rows, []string{l.ID, short(l.Name), "inactive in Cloudmore; no Reseller"})
	}
	for _, u := range r.Unread {
		rows = append(rows, []string{or(u.ID, "-"), short(u.Name), u.Why + "; no Reseller"})
	}
	i.section("To look at", rows)
}

// short is a name as far as a table has room for it.
func short(name string) string {
	if letters := []rune(name); len(letters) > maxShown {
		name = string(letters[:maxShown]) + "…"
	}
	return or(name, "-")
}

// section prints rows that are more than headings.
func (i *importer) section(title string, rows [][]string) {
	if len(rows) == 1 {
		return
	}
	i.printf("\n%s:\n\n", title)
	table(i.Out, rows)
}
