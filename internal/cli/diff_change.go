package cli

import (
	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// action is what becomes of a broker.
type action string

const (
	actionCreate  action = "create"
	actionUpdate  action = "update"
	actionDelete  action = "delete"
	actionAdopt   action = "adopt"
	actionOrphan  action = "orphan"
	actionNothing action = "nothing"
	actionWait    action = "wait"
)

// differences are what diff shows.
type differences struct {
	Changes []change `json:"changes"`
	// Unchanged is how many objects nothing would be done for.
	Unchanged int      `json:"unchanged"`
	Warnings  []string `json:"warnings,omitempty"`
}

// change is what becomes of one object.
type change struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Action    action `json:"action"`
	BrokerID  string `json:"brokerID,omitempty"`
	// Adopts says that it adopts the broker before.
	Adopts bool          `json:"adopts,omitempty"`
	Fields []fieldChange `json:"fields,omitempty"`
	// Reason, Turn and Says are why it waits, or is not sent.
	Reason string        `json:"reason,omitempty"`
	Turn   v1alpha1.Turn `json:"turn,omitempty"`
	Says   string        `json:"says,omitempty"`
	// note is Says without values; "" for the same.
	note string
}

type fieldChange struct {
	Field string `json:"field"`
	// Have and Want are values; both are left out of personal data that is not to be shown.
	Have  *string             `json:"have,omitempty"`
	Want  *string             `json:"want,omitempty"`
	Cause v1alpha1.DriftCause `json:"cause,omitempty"`
}

func (f *differences) add(c *change) {
	if c.Action == actionNothing {
		f.Unchanged++
		return
	}
	f.Changes = append(f.Changes, *c)
}

// of notes what is foreseen.
func (c *change) of(f *plan.Foreseen) {
	c.Action, c.BrokerID = actionNothing, string(f.State.Record.BrokerID)
	for _, step := range f.Takes {
		switch step := step.(type) {
		case plan.Bind:
			c.Action, c.Adopts = actionAdopt, true
		case plan.Release:
			if step.Orphaned {
				c.Action = actionOrphan
			}
		default:
		}
	}
	write := f.Write
	if write == nil && f.Rest.Instead != nil {
		write = f.Rest.Instead
	}
	if write != nil {
		c.write(f.State, write)
	}
	if f.Write == nil && f.Rest.Reason != "" {
		c.rest(&f.Rest)
	}
}

func (c *change) write(s *plan.State, write plan.Step) {
	switch write.Call() {
	case plan.CallCreate:
		c.Action = actionCreate
		c.Fields = fieldsIn(&s.Desired.Broker)
	case plan.CallDelete:
		c.Action = actionDelete
	default:
		update, is := write.(plan.Update)
		if !is {
			return
		}
		c.Action = actionUpdate
		for i := range update.Changed {
			d := &update.Changed[i]
			c.Fields = append(c.Fields, fieldChange{Field: d.Field, Have: &d.Observed, Want: &d.Desired, Cause: d.Cause})
		}
	}
}

// rest says why it waits. Who is as described needs no words.
func (c *change) rest(rest *plan.Rest) {
	c.Reason, c.Turn = rest.Reason, plan.Turn(rest.Reason)
	switch rest.Reason {
	case v1alpha1.ReasonInSync, v1alpha1.ReasonObserving, v1alpha1.ReasonDiscovered:
		c.Reason, c.Turn = "", ""
		return
	}
	c.Says, c.note = explanation(rest), rest.Note
	if c.Action == actionNothing && rest.Reason != v1alpha1.ReasonDriftReported {
		c.Action = actionWait
	}
}

// explanation is the message of a rest, for people.
func explanation(rest *plan.Rest) string { return rest.Message }

// fieldsIn are the fields that a create sends.
func fieldsIn(b *broker.Broker) []fieldChange {
	var all []fieldChange
	for i := range broker.Fields {
		f := &broker.Fields[i]
		if value, there := f.Get(b); there && value != "" {
			all = append(all, fieldChange{Field: f.Spec(), Want: &value})
		}
	}
	for i := range b.CustomProperties {
		p := &b.CustomProperties[i]
		all = append(all, fieldChange{Field: broker.PropertyPath(p.ID), Want: &p.Value})
	}
	return all
}
