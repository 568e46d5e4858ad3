package plan

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// heldBack has status say why the name is not sent.
func heldBack(cause v1alpha1.DriftCause) func(*State) {
	return func(s *State) {
		tried := metav1.NewTime(now.Add(-time.Minute))
		s.Record.Drift = []v1alpha1.Drift{{Field: "spec.name", Desired: "ABCDEF", Observed: "Changed", Cause: cause, TriedAt: &tried}}
	}
}

// explore makes states by a seed: a base, and some of the changes below.
func explore(n int, seed uint64, visit func(*State)) {
	random := rand.New(rand.NewPCG(seed, 0))
	bases := []func(...func(*State)) *State{unbound, announced, posted, found, bound, drifted, deleted, dying}
	for range n {
		s := bases[random.IntN(len(bases))]()
		for range random.IntN(6) {
			twists[random.IntN(len(twists))](s)
		}
		visit(s)
	}
}

// refusedLongAgo is a create that was refused, whose next try is due before syncs
// can have shown that it made nothing.
func refusedLongAgo(s *State) {
	if c := s.Record.Creation; c != nil {
		refused := *c
		refused.Refused = true
		s.Record.Creation = &refused
	}
	failure := &broker.Failure{Class: broker.Invalid, Op: "create broker", Status: 422, Answered: true, Documented: true}
	s.Memory.Tries = Tries{CallCreate: {Content: s.content(CallCreate), Failures: 1, At: s.Now.Add(-time.Minute), Refused: true, Failure: failure}}
}

// twists are what may be different about a state.
var twists = []func(*State){
	isDeleting, isProtected, isSuspended, isObserving, isReporting, isAdopted, isOrphaning, isEdited, isHalted, isSilent,
	withoutSeller, accountElsewhere, lookedAt, notActivated, activated, marking,
	lookedFor(gone), lookedFor(unavailable), lookedLike(shown(other)),
	matching(Match{ID: own}), matching(Match{ID: other}), matching(Match{ID: own}, Match{ID: other}),
	matching(Match{ID: other, Mark: "prod/ns/name/x"}),
	rivalled(Rival{Namespace: "ns", Name: "r", BrokerID: own}), rivalled(Rival{Identity: identity, UID: "a", Created: start}),
	rivalled(Rival{Identity: identity, BrokerID: other}), rivalled(Rival{Intent: identity}), rivalled(Rival{DeletionID: own}),
	func(s *State) { s.Record.Finalizer = false },
	func(s *State) { s.Record.Ready, s.Memory.Since = nil, s.Now.Add(-speaksWithin) },
	func(s *State) { s.Record.Ready, s.Memory.Since = nil, s.Now.Add(-firstLook) },
	refusedLongAgo,
	func(s *State) { s.Record.Foreign = []string{"x/y"} },
	func(s *State) { s.Record.Annotated = own },
	func(s *State) {
		s.Record.Annotated, s.Record.AnnotatedAs, s.Access.OriginGuarded = own, v1alpha1.OriginCreated, true
	},
	func(s *State) { s.Record.Annotated = own; lookedFor(gone)(s) },
	func(s *State) { s.Access.AnnotateAt = s.Now },
	func(s *State) { s.Access.AnnotateAt = s.Now.Add(time.Second) },
	func(s *State) { s.Desired.BrokerID = own },
	func(s *State) { s.Desired.BrokerID = other },
	func(s *State) { s.Desired.MatchExisting = true },
	func(s *State) { s.Desired.Deletion = v1alpha1.DeletionDelete },
	func(s *State) { s.Desired.ForceDelete = string(own) },
	isProtected, isDiscovered,
	func(s *State) { s.Desired.Identity = broker.Identity{} },
	func(s *State) { s.Reading = Reading{} },
	func(s *State) { s.Reading.Known = nil },
	func(s *State) { s.Reading.Absent = s.Reading.Absent[:min(1, len(s.Reading.Absent))] },
	func(s *State) { s.Reading.AbsentID = []time.Time{now, now.Add(time.Minute)} },
	func(s *State) { s.Memory = Memory{FinalizerSince: start, IntentSince: now, DeletionSince: now} },
	func(s *State) { s.Memory.MissingSince = now.Add(-time.Minute) },
	func(s *State) { s.Memory.MissingSince = s.Now },
	func(s *State) { s.Memory.BoundSince = s.Now.Add(-time.Minute) },
	func(s *State) { s.Memory.BoundSince = s.Now },
	func(s *State) { s.Memory.DeleteSent, s.Memory.DeleteEnded = "d1", now },
	func(s *State) { s.Memory.DeleteSent, s.Memory.DeleteEnded, s.Memory.DeleteAccepted = "d1", now, true },
	func(s *State) { s.Memory.PostAnswered = true },
	func(s *State) { s.Memory.Proven = own },
	func(s *State) { s.Desired.Deleting = false }, isBarred, blank,
	failedLately(CallCreate), failedLately(CallUpdate), failedLately(CallDelete), failedLately(CallLook), failedLately(CallServices),
	func(s *State) {
		s.Record.Stalled = &metav1.Condition{Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonContested, ObservedGeneration: s.Desired.Generation}
	},
	func(s *State) { marking(s); forging(s) }, summarised,
	func(s *State) { s.Memory.PostFailed = now.Add(-90 * time.Second) },
	func(s *State) {
		if s.Record.Creation != nil {
			s.Record.Creation.Refused = true
		}
	},
	func(s *State) { s.Desired.Requested = "now" }, isAskedWithWholeLists,
	func(s *State) { s.Access.WaitOnUnknown = true },
	func(s *State) { s.Reading.Doubt = "half is missing" }, misread,
	func(s *State) { s.Reading.Absent = []time.Time{s.Now.Add(-time.Minute), s.Now.Add(-time.Second)} },
	func(s *State) { s.Access.Mark.PropertyID, s.Access.Mark.Prefix = "owner", "stage/ns/name/" },
	beside(Similar{Broker: normalized(own)}), beside(Similar{Broker: normalized(own), Listed: true}), beside(Similar{Broker: normalized(own), Held: true}),
	beside(Similar{Broker: normalized(own)}, Similar{Broker: sibling(other)}), beside(Similar{Broker: sibling(other)}), lookedLike(normalized(own)),
	despite(own), passedOver(own), createBesideSimilar, rivalled(Rival{Intent: spelled, UID: "a"}), rivalled(Rival{Intent: spelled, UID: "c", Created: start.Add(time.Hour)}),
	adoptionIsForbidden, concludedNone, concludedMatch, editedInto("x.example"),
	lookedLike(stranger()), lookedLike(elsewhere()), lookedLike(markedBroker()), lookedLike(foreign()),
	matching(Match{ID: own, Mark: "prod/ns/name/a1"}), rivalled(Rival{SpecID: own, Created: start.Add(-time.Hour)}),
	rivalled(Rival{Bound: edited("x.example"), BrokerID: other}), isReady, isNotReady,
	sentAs(renamed), rivalled(Rival{Sent: [v1alpha1.MaxSentIdentities]broker.Identity{edited("x.example")}, BrokerID: other}),
	func(s *State) {
		s.Record.Sent, s.Memory.Renamed = []broker.Identity{renamed}, s.Now.Add(-s.Access.ListLag)
	},
	func(s *State) {
		s.Memory.Sent = map[string]Sent{"spec.name": {Desired: "ABCDEF", Before: "Changed", Times: 3, At: now}}
	},
	func(s *State) {
		s.Memory.Sent = map[string]Sent{"spec.name": {Desired: "ABCDEF", Times: 1, At: s.Reading.KnownSince, Answered: true}}
		if s.Reading.Known != nil {
			s.Reading.Known.Name = ptr("EE-ABCDEF")
		}
	},
	func(s *State) {
		s.Memory.Sent = map[string]Sent{"spec.name": {Desired: "Earlier", Times: 1, At: s.Reading.KnownSince}}
	},
	func(s *State) { s.Now = s.Now.Add(10 * time.Minute) },
	func(s *State) { s.Outcome.Created = &Created{ID: own} },
	func(s *State) { s.Outcome.Created = &Created{} },
	func(s *State) { s.Outcome.Created = &Created{Failure: &refusedAll} },
	func(s *State) { s.Outcome.Updated = &Updated{Failure: &refusedAll, Sent: []string{"spec.vat"}} },
	func(s *State) {
		s.Outcome.Updated = &Updated{Failure: &refusedAll, Sent: []string{"spec.vat"}}
		s.Desired.Broker.VAT = ptr("1")
	},
	harmed("spec.vat"), harmed("spec.name"), doubted, accepting("spec.vat"), isInactive, lookedLike(inactive()),
	func(s *State) {
		if s.Reading.Known != nil {
			s.Reading.Known.VAT = ptr("1***")
		}
	},
	func(s *State) { s.Record.Applied = "" },
	isListed, unprovedName(true), unprovedName(false), nameProvedAgo(time.Minute), nameProvedAgo(time.Second),
	func(s *State) { s.Record.Applied = s.Record.Applied.Without([]string{"spec.name"}) },
	func(s *State) { s.Memory.Made = Made{At: now} },
	func(s *State) { s.Memory.Made = Made{At: s.Reading.KnownSince, Answered: true} },
	heldBack(v1alpha1.DriftNotAccepted), heldBack(v1alpha1.DriftContested), heldBack(v1alpha1.DriftRefused),
	func(s *State) { s.Outcome.Deleted = &Deleted{Failure: &refusedAll} },
	func(s *State) {
		s.Record.Stalled = &metav1.Condition{Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonRefused, ObservedGeneration: s.Desired.Generation}
	},
	func(s *State) {
		if s.Record.Creation != nil {
			s.Record.Creation.Committed = true
		}
	},
	func(s *State) {
		if s.Reading.Known != nil {
			s.Reading.Known.RegistrationNumber = ptr("999")
		}
	},
}

const explored = 50000

// properties must hold of every step, whatever the state. They are said once more
// here, in other words than the rules'.
var properties = []struct {
	says   string
	broken func(s *State, step Step) bool
}{
	{"posts only what this process wrote and has not sent, before the deadline, and not what was confirmed", func(s *State, step Step) bool {
		c := s.Record.Creation
		return is[Create](step) && (c.Attempt != s.Memory.Wrote || c.Attempt == s.Memory.Posted || c.Committed || !s.Now.Before(c.Deadline))
	}},
	{"never posts in a deletion, under suspend or Observe, while writing is stopped, nor without its finalizer", func(s *State, step Step) bool {
		return is[Create](step) && (s.Desired.Deleting || s.Desired.Suspended || s.Desired.Observe || s.Access.Halted != nil || !s.Record.Finalizer)
	}},
	{"never posts, nor announces it, where a broker is named or listed, or the list is doubted", func(s *State, step Step) bool {
		return (is[Create](step) || is[RecordIntent](step)) && (s.Desired.BrokerID != "" || len(s.Reading.Matches) > 0 || s.Reading.Doubt != "" || len(s.Reading.Unreadable) > 0)
	}},
	{"never posts beside another who has a broker or an intent and means the identity", func(s *State, step Step) bool {
		return is[Create](step) && slices.ContainsFunc(s.Rivals, func(r Rival) bool {
			id := s.Record.Creation.Identity
			return (r.BrokerID != "" || r.DeletionID != "" || r.Intent != broker.Identity{}) && (r.Identity == id || r.Bound == id || r.Intent == id)
		})
	}},
	{"never posts, nor announces it, beside a similar broker that nobody holds or has answered for, nor while another one is making one", func(s *State, step Step) bool {
		passed := slices.Clone(s.Desired.Despite)
		if s.Record.Creation != nil {
			passed = append(passed, s.Record.Creation.PassedOver...)
		}
		inQuestion := slices.ContainsFunc(s.Reading.Similar, func(b Similar) bool {
			return !b.Held && holder(s, b.Broker.ID) == nil && !slices.Contains(passed, b.Broker.ID) && broker.MayBe(&s.Desired.Broker, b.Broker)
		})
		making := slices.ContainsFunc(s.Rivals, func(r Rival) bool { return r.Intent == spelled && spelled.Like(s.Sought()) })
		return (is[Create](step) || is[RecordIntent](step)) && (making || (inQuestion && !s.Access.CreateBesideSimilar))
	}},
	{"starts over, and lets go, while no similar broker is in question", func(s *State, step Step) bool {
		cleared, ok := step.(ClearIntent)
		over := (ok && (cleared.Unfound || s.Record.Creation.Refused)) || (is[RecordIntent](step) && s.Record.Creation != nil)
		return over && slices.ContainsFunc(s.unanswered(), func(b Similar) bool { return b.Broker.Detail })
	}},
	{"announces a create only after two syncs that lack the broker, with its finalizer, and where that may be", func(s *State, step Step) bool {
		n := len(s.Reading.Absent)
		return is[RecordIntent](step) && (s.bound() || s.Desired.Deleting || s.Desired.Suspended || s.Desired.Observe || s.Access.Halted != nil ||
			!s.Record.Finalizer || n < 2 || !s.Reading.Absent[n-1].After(s.Memory.FinalizerSince) || !s.Reading.Absent[n-2].After(s.Now.Add(-freshReading)))
	}},
	{"starts over only from two syncs a list's lag apart, after every bound", func(s *State, step Step) bool {
		cleared, ok := step.(ClearIntent)
		return ok && cleared.Unfound && !provenNone(s)
	}},
	{"starts over, and recreates, by no list that shows no broker at all", func(s *State, step Step) bool {
		told := func(starts []time.Time) int {
			return len(slices.DeleteFunc(slices.Clone(starts), func(at time.Time) bool { return slices.Contains(s.Reading.Blank, at) }))
		}
		cleared, ok := step.(ClearIntent)
		return (ok && cleared.Unfound && told(s.Reading.Absent) < 2) || (is[Forget](step) && told(s.Reading.AbsentID) < 1)
	}},
	{"never starts over what was confirmed, nor where the Seller says Wait", func(s *State, step Step) bool {
		cleared, ok := step.(ClearIntent)
		return ok && cleared.Unfound && (s.Record.Creation.Committed || s.Access.WaitOnUnknown)
	}},
	{"records a broker only by the answer to its POST, or by a GET of one that nobody else has", func(s *State, step Step) bool {
		record, ok := step.(RecordBroker)
		answered := ok && s.Outcome.Created != nil && s.Outcome.Created.ID == record.ID
		return ok && !answered && (unseen(s, record.ID) || taken(s, record.ID) || (record.Origin != v1alpha1.OriginCreated && s.Access.AdoptionForbidden))
	}},
	{"records what it did not post only when the POST can make nothing any more", func(s *State, step Step) bool {
		record, ok := step.(RecordBroker)
		return ok && record.Origin != v1alpha1.OriginCreated && !concluded(s)
	}},
	{"binds only by a GET of a broker that nobody else has, and never under suspend", func(s *State, step Step) bool {
		bind, ok := step.(Bind)
		return ok && (unseen(s, bind.ID) || taken(s, bind.ID) || s.bound() || s.Record.Creation != nil || (s.Desired.Suspended && !s.Desired.Observe))
	}},
	{"calls nothing and announces nothing where the account is another, or there is no usable Seller", func(s *State, step Step) bool {
		pinned := s.Record.Account
		if c := s.Record.Creation; c != nil {
			pinned = c.Account
		}
		return (calls(step) || announces(step)) && (s.Access.Problem != nil || (pinned != broker.Account{} && pinned != s.Access.Account))
	}},
	{"calls nothing while the account is paused", func(s *State, step Step) bool {
		return calls(step) && s.Now.Before(s.Access.SilentUntil)
	}},
	{"updates only a broker that was just read and is its own alone, and says what changes", func(s *State, step Step) bool {
		update, ok := step.(Update)
		return ok && (unseen(s, s.Record.BrokerID) || !s.proven(&s.Outcome.Looked.Broker) || taken(s, s.Record.BrokerID) || s.Desired.Deleting || len(update.Changed)+len(update.Proves) == 0)
	}},
	{"sends for a proof alone only in its turn, and where drift is corrected", func(s *State, step Step) bool {
		update, ok := step.(Update)
		return ok && len(update.Changed) == 0 && (s.Desired.Report || s.Access.ProveAt.IsZero() || s.Now.Before(s.Access.ProveAt) || len(s.differences()) > 0 || s.Access.DryRun != "")
	}},
	{"never updates under suspend or Observe, or while writing is stopped", func(s *State, step Step) bool {
		return is[Update](step) && (s.Desired.Suspended || s.Desired.Observe || s.Access.Halted != nil)
	}},
	{"updates nothing that Cloudmore shows as inactive", func(s *State, step Step) bool {
		return is[Update](step) && s.compared().Inactive()
	}},
	{"updates nothing that an update has harmed, nor stores a mask, before a user answers for it", func(s *State, step Step) bool {
		vat := s.Desired.Broker.VAT != nil || slices.Contains(s.Desired.Accepts, "spec.vat")
		harm := slices.ContainsFunc(s.Record.Harmed, func(row v1alpha1.UnmanagedChange) bool { return row.Field == "spec.vat" })
		update, ok := step.(Update)
		return ok && !vat && (harm || (update.Body.VAT != nil && strings.Contains(*update.Body.VAT, "***")))
	}},
	{"announces a delete only of a broker that was just read, is its own alone, and has no services or is forced", func(s *State, step Step) bool {
		return is[RecordDeletion](step) && (unseen(s, s.Record.BrokerID) || !s.proven(&s.Outcome.Looked.Broker) || taken(s, s.Record.BrokerID) ||
			s.Outcome.Services == nil || (s.Outcome.Services.Activated && s.Desired.ForceDelete != string(s.Record.BrokerID)))
	}},
	{"deletes only what this process announced and has not sent, before the deadline", func(s *State, step Step) bool {
		d := s.Record.Deletion
		return is[Delete](step) && (d == nil || d.Attempt != s.Memory.DeletionWrote || d.Attempt == s.Memory.DeleteSent || !s.Now.Before(d.Deadline))
	}},
	{"never deletes, nor announces it, unless the object goes and the policy says so, and nothing stops writing", func(s *State, step Step) bool {
		return (is[Delete](step) || is[RecordDeletion](step)) && (!s.Desired.Deleting || s.policy() != v1alpha1.DeletionDelete || s.Desired.Suspended || s.Desired.Protected || s.Access.Halted != nil || taken(s, s.Record.BrokerID))
	}},
	{"keeps the finalizer while a create is open, under every policy", func(s *State, step Step) bool {
		return is[Release](step) && s.Record.Creation != nil
	}},
	{"keeps the finalizer of a broker that is to be deleted until it is proven to be gone", func(s *State, step Step) bool {
		release, ok := step.(Release)
		l := s.Outcome.Looked
		since := s.Memory.MissingSince
		lost := l != nil && notFound(l.Failure) && !since.IsZero() && !l.At.Before(since.Add(s.Access.ListLag)) &&
			slices.ContainsFunc(s.Reading.AbsentID, func(start time.Time) bool {
				return !start.Before(since) && !start.Before(s.Memory.DeleteEnded)
			})
		inactive := l != nil && l.Failure == nil && s.Memory.DeleteAccepted && len(s.Reading.AbsentID) > 1
		return ok && s.bound() && !release.Orphaned && !lost && !inactive
	}},
	{"lets a broker go only by policy, or to another Reseller, and not while a DELETE may be under way", func(s *State, step Step) bool {
		release, ok := step.(Release)
		underWay := s.Record.Deletion != nil && !s.deleteAccepted() && s.Now.Before(s.Memory.DeletionSince.Add(s.Access.Deadline))
		return ok && release.Orphaned && (underWay || (s.policy() != v1alpha1.DeletionOrphan && !taken(s, s.Record.BrokerID)))
	}},
	{"recreates only what was created here, and two GETs and a list lack", func(s *State, step Step) bool {
		again := s.Memory.MissingSince.Add(s.Access.ListLag)
		early := s.Memory.MissingSince.Before(s.Memory.BoundSince.Add(s.Access.ListLag))
		return is[Forget](step) && (s.Record.Origin != v1alpha1.OriginCreated || s.Desired.Report || s.Desired.Observe || s.Desired.Suspended || s.Access.Halted != nil ||
			len(s.Reading.AbsentID) == 0 || !notFound(s.Outcome.Looked.Failure) || s.Outcome.Looked.At.Before(again) || early || s.Reading.Doubt != "")
	}},
	{"gives a reason and says why, where status is to change", func(s *State, step Step) bool {
		rest, ok := step.(Rest)
		return ok && !rest.Quiet && (rest.Reason == "" || rest.Message == "")
	}},
	{"is woken by something when it says that it comes back automatically", func(s *State, step Step) bool {
		rest, ok := step.(Rest)
		eventful := rest.Reason == v1alpha1.ReasonSellerNotReady || len(s.Record.Foreign) > 0 // the Seller's event, or the object's
		return ok && rest.Reason != "" && kinds[rest.Reason] == reconciling && !eventful && rest.Until.IsZero() && rest.AfterReading.IsZero()
	}},
	{"never comes back at a moment that has passed", func(s *State, step Step) bool {
		rest, ok := step.(Rest)
		return ok && !rest.Until.IsZero() && !rest.Until.After(s.Now)
	}},
	{"says something of itself soon", func(s *State, step Step) bool {
		rest, ok := step.(Rest)
		silent := ok && rest.Quiet && rest.Reason != "" && s.Record.Ready == nil && !s.Memory.Since.IsZero()
		return silent && (s.Now.Sub(s.Memory.Since) >= speaksWithin || rest.Until.IsZero() || rest.Until.Sub(s.Memory.Since) > speaksWithin)
	}},
	{"does nothing for what only shows a broker, but let it go", func(s *State, step Step) bool {
		return s.Desired.Discovered && (calls(step) || announces(step) || is[Bind](step))
	}},
	{"is decided by a rule", func(_ *State, step Step) bool {
		rest, ok := step.(Rest)
		return ok && rest.Reason == undecided && strings.HasPrefix(rest.Message, "no rule")
	}},
}

func TestProperties(t *testing.T) {
	explore(explored, 2, func(s *State) {
		if t.Failed() {
			return // one is enough to read
		}
		step := Next(s)
		for _, p := range properties {
			if p.broken(s, step) {
				t.Errorf("not true that a Reseller %s:\n%#v by %s\nof %+v", p.says, step, decidedBy(s), *s)
			}
		}
	})
}

// TestReportOfEveryRest holds that what is reported stays as it is, and that
// kstatus can read it.
func TestReportOfEveryRest(t *testing.T) {
	explore(explored/10, 12, func(s *State) {
		if !s.Record.Applied.Known() {
			s.Memory.Made = Made{} // what a create sent is stored with its broker
		}
		rest, ok := Next(s).(Rest)
		if !ok || rest.Quiet || t.Failed() {
			return
		}
		st := v1alpha1.ResellerStatus{ObservedGeneration: -1, Applied: string(s.Record.Applied)}
		st = Report(s, rest, &st).Status
		s.Record.Drift, s.Record.Applied = st.Drift, broker.Applied(st.Applied)
		is := func(name string) bool { return meta.IsStatusConditionTrue(st.Conditions, name) }
		switch again := Report(s, rest, &st); {
		case again.News:
			t.Errorf("the second report of %#v changes %+v to %+v", rest, st, again.Status)
		case meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionReady) == nil:
			t.Errorf("Ready is missing after %#v", rest)
		case is(v1alpha1.ConditionReconciling) && is(v1alpha1.ConditionStalled), is(v1alpha1.ConditionReady) && is(v1alpha1.ConditionStalled):
			t.Errorf("conditions contradict each other after %#v: %+v", rest, st.Conditions)
		}
	})
}

// TestNextChangesNothing holds that a decision leaves the state as it is.
func TestNextChangesNothing(t *testing.T) {
	explore(explored/10, 4, func(s *State) {
		if first, second := Next(s), Next(s); !t.Failed() && !reflect.DeepEqual(first, second) {
			t.Errorf("first %#v, then %#v", first, second)
		}
	})
}

// is reports whether a step is of a type.
func is[T Step](step Step) bool {
	_, ok := step.(T)
	return ok
}

// calls are the steps that reach the seller API.
func calls(step Step) bool {
	return is[Look](step) || is[AskServices](step) || is[Create](step) || is[Update](step) || is[Delete](step)
}

// announces are the steps that write down what a call is to be made of.
func announces(step Step) bool {
	return is[RecordIntent](step) || is[RecordDeletion](step) || is[Bind](step) || is[Forget](step)
}

// unseen reports whether this pass has no GET that shows the broker.
func unseen(s *State, id broker.ID) bool {
	l := s.Outcome.Looked
	return l == nil || !l.ID.Same(id) || l.Failure != nil || l.Broker.Foreign
}

// taken reports whether another Reseller has the broker, or is deleting it.
func taken(s *State, id broker.ID) bool {
	return slices.ContainsFunc(s.Rivals, func(r Rival) bool { return r.BrokerID.Same(id) || r.DeletionID.Same(id) })
}

// provenNone reports whether nobody can have the posted identity.
func provenNone(s *State) bool {
	a, m := s.Access, s.Memory
	after := m.IntentSince.Add(a.Deadline + a.CommitBound + a.ListLag)
	if mine := s.Record.Creation.Attempt == m.Posted; mine && m.PostAnswered {
		after = m.PostEnded.Add(a.ListLag)
	} else if mine {
		after = m.PostEnded.Add(a.CommitBound + a.ListLag)
	}
	n := len(s.Reading.Absent)
	return len(s.Reading.Matches) == 0 && n > 1 && slices.ContainsFunc(s.Reading.Absent[:n-1], func(first time.Time) bool {
		return !first.Before(after) && !s.Reading.Absent[n-1].Before(first.Add(a.ListLag))
	})
}
