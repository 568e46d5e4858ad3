package simulation

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// believing decides as the operator does, on a state that was changed before.
func believing(change func(*plan.State)) func(*plan.State) plan.Step {
	return func(s *plan.State) plan.Step {
		copied := *s
		copied.Rivals = slices.Clone(s.Rivals)
		copied.Reading.Absent, copied.Reading.AbsentID = slices.Clone(s.Reading.Absent), slices.Clone(s.Reading.AbsentID)
		if c := s.Record.Creation; c != nil {
			intent := *c
			copied.Record.Creation = &intent
		}
		change(&copied)
		return plan.Next(&copied)
	}
}

var longAgo = time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)

// sent reports whether the open intent may have been sent.
func sent(s *plan.State) bool {
	c := s.Record.Creation
	return c != nil && (c.Attempt != s.Memory.Wrote || c.Attempt == s.Memory.Posted)
}

// mutants lack one safeguard each. caught are the schedules that show it.
var mutants = []Mutant{
	{Name: "no precedence for identity", Decide: believing(func(s *plan.State) {
		if !s.Desired.Deleting && s.Record.Creation == nil && s.Record.BrokerID == "" && s.Desired.BrokerID == "" {
			s.Rivals = nil
		}
	})},
	{Name: "no precedence for a named broker", Decide: believing(func(s *plan.State) {
		if s.Record.BrokerID == "" && s.Desired.BrokerID != "" {
			s.Rivals = nil
		}
	})},
	{Name: "no intent", Decide: believing(func(s *plan.State) {
		if c := s.Record.Creation; c != nil && c.Attempt != s.Memory.Wrote {
			s.Record.Creation = nil
		}
	})},
	{Name: "intent after POST", Client: func(m *manager, c cachedClient) client.Client { return lateIntents{c, m} }},
	{Name: "POST by one who only read the intent", Decide: believing(func(s *plan.State) {
		if c := s.Record.Creation; c != nil {
			s.Memory.Wrote = c.Attempt
		}
	})},
	{Name: "intent without identity", View: func(obj client.Object) client.Object {
		r, ok := obj.(*v1alpha1.Reseller)
		if !ok || r.Status.Creation == nil {
			return obj
		}
		r = r.DeepCopy()
		r.Status.Creation.RegistrationNumber, r.Status.Creation.Domain = string(*r.Spec.RegistrationNumber), string(*r.Spec.Domain)
		return r
	}},
	{Name: "no attempt check", Live: func(m *manager, r client.Reader) client.Reader { return sameAttempt{r, m} }},
	{Name: "no barrier", Client: func(m *manager, c cachedClient) client.Client { return ownWritesAtOnce{c, m} }},
	{Name: `no wait before "none"`, Decide: believing(func(s *plan.State) {
		if c := s.Record.Creation; c != nil && sent(s) {
			s.Memory.IntentSince, s.Memory.PostEnded, c.Deadline, s.Access.CommitBound = longAgo, longAgo, longAgo, 0
		}
	})},
	{Name: "one reading instead of two", Decide: believing(func(s *plan.State) {
		if n := len(s.Reading.Absent); s.Record.Creation != nil && n > 0 {
			s.Reading.Absent = append(s.Reading.Absent, s.Reading.Absent[n-1].Add(s.Access.ListLag))
		}
	})},
	{Name: "time taken from the other clock", Decide: believing(func(s *plan.State) {
		if c := s.Record.Creation; c != nil {
			s.Memory.IntentSince = c.Deadline.Add(-s.Access.Deadline)
		}
	})},
	{Name: "one 404 believed", Decide: believing(func(s *plan.State) {
		if since := s.Memory.MissingSince; !since.IsZero() {
			s.Memory.BoundSince, s.Memory.MissingSince = longAgo, since.Add(-s.Access.ListLag)
			s.Reading.AbsentID = append(s.Reading.AbsentID, since)
		}
	})},
	{Name: "list trusted for absence", Decide: func(s *plan.State) plan.Step {
		if n := len(s.Reading.AbsentID); s.Record.BrokerID != "" && n > 0 && !s.Desired.Deleting && s.Reading.AbsentID[n-1].After(s.Reading.KnownSince) {
			return plan.Forget{}
		}
		return plan.Next(s)
	}},
	{Name: "no wait on delete", Decide: believing(func(s *plan.State) {
		if d := s.Record.Deletion; d != nil && d.Attempt != s.Memory.DeletionWrote {
			s.Memory.DeletionSince, s.Access.CommitBound = longAgo, 0
		}
	})},
	{Name: "no deletion intent", Decide: believing(func(s *plan.State) {
		if d := s.Record.Deletion; d != nil && d.Attempt != s.Memory.DeletionWrote {
			s.Record.Deletion = nil
		}
		for i := range s.Rivals {
			s.Rivals[i].DeletionID = ""
		}
	})},
	{Name: "id not recorded", Decide: func(s *plan.State) plan.Step {
		step := plan.Next(s)
		if _, ok := step.(plan.RecordBroker); ok {
			return plan.ClearIntent{Then: plan.Rest{Reason: v1alpha1.ReasonCreating, Until: s.Now.Add(time.Second)}}
		}
		return step
	}},
	{Name: "committed forgotten", View: func(obj client.Object) client.Object {
		r, ok := obj.(*v1alpha1.Reseller)
		if !ok || r.Status.Creation == nil {
			return obj
		}
		r = r.DeepCopy()
		r.Status.Creation.Committed = false
		return r
	}},
	{Name: "identity edit that does not ask", Decide: believing(func(s *plan.State) {
		if s.Record.BrokerID != "" {
			s.Rivals = slices.DeleteFunc(s.Rivals, func(r plan.Rival) bool { return !r.BrokerID.Same(s.Record.BrokerID) })
		}
	})},
	{Name: "a shared id written or deleted", Decide: believing(func(s *plan.State) {
		s.Rivals = slices.DeleteFunc(s.Rivals, func(r plan.Rival) bool { return s.Record.BrokerID != "" && r.BrokerID.Same(s.Record.BrokerID) })
	})},
	{Name: "a match recorded that two open intents mean", Decide: believing(func(s *plan.State) {
		for i := range s.Rivals {
			if sent(s) {
				s.Rivals[i].Intent = broker.Identity{}
			}
		}
	})},
	{Name: "one reading before the first POST", Decide: believing(func(s *plan.State) {
		if n := len(s.Reading.Absent); s.Record.Creation == nil && n == 1 {
			s.Reading.Absent = append(s.Reading.Absent, s.Reading.Absent[0].Add(1))
		}
	})},
	{Name: "adoption of an open intent's broker", Decide: believing(func(s *plan.State) {
		if s.Record.Creation == nil && s.Record.BrokerID == "" {
			s.Rivals = nil
		}
	})},
	{Name: "retry of POST", Decide: believing(func(s *plan.State) {
		if o := s.Outcome.Created; o != nil && o.Failure != nil && o.Failure.Class == broker.Ambiguous && s.Record.Creation != nil {
			s.Memory.Posted, s.Outcome.Created, s.Record.Creation.Deadline = "", nil, s.Now.Add(time.Minute)
		}
	})},
	{Name: "no precondition", Client: func(_ *manager, c cachedClient) client.Client { return unconditional{c} }},
}

// caughtBy is what the checker says of a broken controller in the schedules.
func caughtBy(t *testing.T, m *Mutant) (schedules []string) {
	for i := range scenarios {
		s := &scenarios[i]
		if len(s.broken) > 0 {
			continue
		}
		if _, found, _ := s.live(t, m); len(found) > 0 {
			schedules = append(schedules, s.name+": "+found[0].String())
		}
	}
	return schedules
}

func TestEveryMissingSafeguardIsCaught(t *testing.T) {
	if testing.Short() {
		return // a broken controller takes long to show it
	}
	for i := range mutants {
		m := &mutants[i]
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			caught := caughtBy(t, m)
			if len(caught) == 0 {
				t.Fatal("nothing shows that this safeguard is missing")
			}
			t.Logf("shown by %d schedules, such as\n%s", len(caught), strings.Join(caught[:min(len(caught), 3)], "\n"))
		})
	}
}

// lateIntents keeps an intent in memory until the POST was made.
type lateIntents struct {
	cachedClient
	m *manager
}

// Status implements client.StatusClient.
func (c lateIntents) Status() client.SubResourceWriter { return lateStatus{c.cachedClient.Status(), c} }

type lateStatus struct {
	client.SubResourceWriter
	c lateIntents
}

// Patch implements client.SubResourceWriter.
func (s lateStatus) Patch(ctx context.Context, obj client.Object, patch client.Patch, opts ...client.SubResourcePatchOption) error {
	r, ok := obj.(*v1alpha1.Reseller)
	data, err := patch.Data(obj)
	if err != nil {
		return err
	}
	if ok && r.Status.Creation != nil && strings.Contains(string(data), `"attempt"`) {
		s.c.m.cache.show("Reseller", client.ObjectKeyFromObject(r), r.DeepCopy())
		s.c.m.work.Add(requestFor(client.ObjectKeyFromObject(r)))
		return nil
	}
	return s.SubResourceWriter.Patch(ctx, obj, patch, opts...)
}

// sameAttempt shows the attempt that this process last wrote in place of
// another's, as if nobody compared them.
type sameAttempt struct {
	client.Reader
	m *manager
}

// Get implements client.Reader.
func (r sameAttempt) Get(ctx context.Context, key client.ObjectKey, obj client.Object, opts ...client.GetOption) error {
	err := r.Reader.Get(ctx, key, obj, opts...)
	if fresh, ok := obj.(*v1alpha1.Reseller); ok && err == nil && fresh.Status.Creation != nil {
		for _, c := range r.m.w.server.changes["Reseller"] {
			if own, ok := c.after.(*v1alpha1.Reseller); ok && c.by == r.m.name && own.UID == fresh.UID && own.Status.Creation != nil {
				fresh.Status.Creation.Attempt = own.Status.Creation.Attempt
			}
		}
	}
	return err
}

// ownWritesAtOnce shows own writes in the cache before what came before them.
type ownWritesAtOnce struct {
	cachedClient
	m *manager
}

// Status implements client.StatusClient.
func (c ownWritesAtOnce) Status() client.SubResourceWriter {
	return showingStatus{c.cachedClient.Status(), c}
}

// Patch implements client.Writer.
func (c ownWritesAtOnce) Patch(ctx context.Context, obj client.Object, patch client.Patch, opts ...client.PatchOption) error {
	err := c.cachedClient.Patch(ctx, obj, patch, opts...)
	c.show(obj, err)
	return err
}

func (c ownWritesAtOnce) show(obj client.Object, err error) {
	if r, ok := obj.(*v1alpha1.Reseller); ok && err == nil {
		c.m.cache.show("Reseller", client.ObjectKeyFromObject(r), r.DeepCopy())
		c.m.work.Add(requestFor(client.ObjectKeyFromObject(r)))
	}
}

type showingStatus struct {
	client.SubResourceWriter
	c ownWritesAtOnce
}

// Patch implements client.SubResourceWriter.
func (s showingStatus) Patch(ctx context.Context, obj client.Object, patch client.Patch, opts ...client.SubResourcePatchOption) error {
	err := s.SubResourceWriter.Patch(ctx, obj, patch, opts...)
	s.c.show(obj, err)
	return err
}

// unconditional leaves the resourceVersion out of every patch.
type unconditional struct{ cachedClient }

// Patch implements client.Writer.
func (c unconditional) Patch(ctx context.Context, obj client.Object, patch client.Patch, opts ...client.PatchOption) error {
	return c.cachedClient.Patch(ctx, obj, withoutVersion{patch}, opts...)
}

// Status implements client.StatusClient.
func (c unconditional) Status() client.SubResourceWriter {
	return unconditionalStatus{c.cachedClient.Status()}
}

type unconditionalStatus struct{ client.SubResourceWriter }

// Patch implements client.SubResourceWriter.
func (s unconditionalStatus) Patch(ctx context.Context, obj client.Object, patch client.Patch, opts ...client.SubResourcePatchOption) error {
	return s.SubResourceWriter.Patch(ctx, obj, withoutVersion{patch}, opts...)
}

type withoutVersion struct{ client.Patch }

// Data implements client.Patch.
func (p withoutVersion) Data(obj client.Object) ([]byte, error) {
	data, err := p.Patch.Data(obj)
	if err != nil {
		return nil, err
	}
	return withoutMember(data, "resourceVersion")
}
