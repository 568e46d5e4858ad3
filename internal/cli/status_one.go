package cli

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/fields"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// lastEvents is how many events are shown of a Reseller.
const lastEvents = 5

// oneView is the status of a Reseller as json and yaml.
type oneView struct {
	Namespace string           `json:"namespace"`
	Name      string           `json:"name"`
	Turn      v1alpha1.Turn    `json:"turn"`
	Chain     []link           `json:"chain"`
	Drift     []v1alpha1.Drift `json:"drift"`
}

func (s *status) showEach(ctx context.Context, c client.Client, namespace string, names []string) error {
	turn := v1alpha1.TurnNobody
	var views []oneView
	for i, name := range names {
		found, err := s.chainOf(ctx, c, client.ObjectKey{Namespace: namespace, Name: name})
		if err != nil {
			return err
		}
		turn = worse(turn, found.turn())
		views = append(views, oneView{namespace, name, found.turn(), found.links, append([]v1alpha1.Drift{}, found.reseller.Status.Drift...)})
		if s.output == "table" || s.output == "wide" {
			if i > 0 {
				s.printf("\n")
			}
			s.printOne(ctx, c, found)
		}
	}
	var err error
	switch s.output {
	case "json", "yaml":
		err = structured(s.Out, s.output, views)
	case "name":
		for _, name := range names {
			s.printf("reseller.cloudmore.com/%s\n", name)
		}
	}
	return errors.Join(err, outcomeOf(turn))
}

// worse is the turn that a user has to know of first.
func worse(a, b v1alpha1.Turn) v1alpha1.Turn {
	order := []v1alpha1.Turn{v1alpha1.TurnNobody, v1alpha1.TurnCloudmore, v1alpha1.TurnOperator, v1alpha1.TurnYou}
	return order[max(slices.Index(order, a), slices.Index(order, b))]
}

func (s *status) printOne(ctx context.Context, c client.Client, found *chain) {
	first := found.broken()
	var rows [][]string
	for i, l := range found.links {
		rows = append(rows, []string{s.sign(i, first, l.State), l.Part, or(l.Name, "-"), l.Says})
	}
	s.printf("%s/%s\n\n", found.reseller.Namespace, found.reseller.Name)
	table(s.Out, rows)
	if drift := found.reseller.Status.Drift; len(drift) > 0 {
		rows = [][]string{{"FIELD", "SPEC", "CLOUDMORE", "CAUSE", "SINCE"}}
		for _, d := range drift {
			rows = append(rows, []string{d.Field, quoted(d.Desired), quoted(d.Observed), string(d.Cause), s.ago(d.Since.Time)})
		}
		s.printf("\n")
		table(s.Out, rows)
	}
	s.printEvents(ctx, c, found.reseller)
}

// sign marks a link: the first broken one, and what is good; what comes after a broken one
// follows from it.
func (s *status) sign(i, first int, state linkState) string {
	switch {
	case i == first:
		return s.paint(red, "✘")
	case state == good:
		return s.paint(green, "✔")
	case state == unknown:
		return s.paint(yellow, "?")
	}
	return "·"
}

func quoted(value string) string {
	if value == "" {
		return `""`
	}
	return value
}

// printEvents shows the last events; who may not read them sees none.
func (s *status) printEvents(ctx context.Context, c client.Client, r *v1alpha1.Reseller) {
	var events corev1.EventList
	about := fields.Set{"involvedObject.kind": "Reseller", "involvedObject.name": r.Name}
	if err := c.List(ctx, &events, client.InNamespace(r.Namespace), client.MatchingFieldsSelector{Selector: about.AsSelector()}); err != nil || len(events.Items) == 0 {
		return
	}
	slices.SortStableFunc(events.Items, func(a, b corev1.Event) int {
		return cmp.Or(lastSeen(&b).Compare(lastSeen(&a)), cmp.Compare(a.Name, b.Name))
	})
	rows := [][]string{{"SEEN", "TYPE", "EVENT", "MESSAGE"}}
	for i := range events.Items[:min(lastEvents, len(events.Items))] {
		e := &events.Items[i]
		rows = append(rows, []string{s.ago(lastSeen(e)), e.Type, e.Reason, e.Message})
	}
	s.printf("\n")
	table(s.Out, rows)
}

// lastSeen is when an event was last there; its recorder fills in one of three.
func lastSeen(e *corev1.Event) time.Time {
	switch {
	case e.Series != nil:
		return e.Series.LastObservedTime.Time
	case !e.LastTimestamp.IsZero():
		return e.LastTimestamp.Time
	case !e.EventTime.IsZero():
		return e.EventTime.Time
	}
	return e.CreationTimestamp.Time
}
