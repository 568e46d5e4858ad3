package plan

import (
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// kstatusOf is how kstatus, and with it Flux and Helm, reads a Reseller.
func kstatusOf(t *testing.T, s *State, st v1alpha1.ResellerStatus) status.Status {
	t.Helper()
	object := &v1alpha1.Reseller{ObjectMeta: metav1.ObjectMeta{Name: "r", Namespace: "ns", Generation: s.Desired.Generation}, Status: st}
	if s.Desired.Deleting {
		object.DeletionTimestamp = &metav1.Time{Time: now}
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		t.Fatal(err)
	}
	read, err := status.Compute(&unstructured.Unstructured{Object: content})
	if err != nil {
		t.Fatal(err)
	}
	return read.Status
}

// TestConditions holds what every reason shows against kstatus.
func TestConditions(t *testing.T) {
	for want, reasons := range map[status.Status][]string{
		status.CurrentStatus: {v1alpha1.ReasonInSync, v1alpha1.ReasonDriftReported, v1alpha1.ReasonObserving},
		status.InProgressStatus: {
			v1alpha1.ReasonWaitingForReading, v1alpha1.ReasonCreating, v1alpha1.ReasonResolvingCreate, v1alpha1.ReasonUpdating,
			v1alpha1.ReasonDeleting, v1alpha1.ReasonSellerNotReady, v1alpha1.ReasonUnavailable, v1alpha1.ReasonThrottled, v1alpha1.ReasonSuspended,
		},
		status.FailedStatus: {
			v1alpha1.ReasonRefused, v1alpha1.ReasonForbidden, v1alpha1.ReasonSellerNotFound, v1alpha1.ReasonSellerNotAllowed, v1alpha1.ReasonAccountChanged,
			v1alpha1.ReasonBrokerNotFound, v1alpha1.ReasonIdentityTaken, v1alpha1.ReasonAdoptionNotAllowed, v1alpha1.ReasonAmbiguousMatch,
			v1alpha1.ReasonServicesActivated, v1alpha1.ReasonContested, v1alpha1.ReasonCreateOutcomeUnknown, v1alpha1.ReasonCreatedButNotListed,
			v1alpha1.ReasonDuplicateSuspected, v1alpha1.ReasonOwnershipUnproven, v1alpha1.ReasonDeletionUnconfirmed,
		},
	} {
		for _, reason := range reasons {
			t.Run(reason, func(t *testing.T) {
				st := v1alpha1.ResellerStatus{ObservedGeneration: -1}
				st = Report(bound(), Rest{Reason: reason, Message: "m"}, &st).Status
				if got := kstatusOf(t, bound(), st); got != want {
					t.Errorf("kstatus reads %s, not %s", got, want)
				}
				if got := kstatusOf(t, deleted(), st); got != status.TerminatingStatus {
					t.Errorf("kstatus reads %s while deleting", got)
				}
				if meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionReady) == nil {
					t.Error("Ready is missing")
				}
				if meta.IsStatusConditionTrue(st.Conditions, v1alpha1.ConditionReconciling) && meta.IsStatusConditionTrue(st.Conditions, v1alpha1.ConditionStalled) {
					t.Error("both Reconciling and Stalled")
				}
			})
		}
	}
}

func TestReport(t *testing.T) {
	rest := Rest{Reason: v1alpha1.ReasonDriftReported, Message: "m", Compared: true}
	s := drifted()
	var st v1alpha1.ResellerStatus
	first := Report(s, rest, &st)
	if !first.News {
		t.Fatal("the first report changes nothing")
	}
	st = first.Status

	t.Run("changes nothing the second time", func(t *testing.T) {
		s := drifted(func(s *State) { s.Now = now.Add(time.Hour); s.Record.Drift = st.Drift })
		if again := Report(s, rest, &st); again.News {
			t.Errorf("%+v became %+v", st, again.Status)
		}
	})
	t.Run("keeps the time of a difference that stays", func(t *testing.T) {
		s := drifted(func(s *State) { s.Now = now.Add(time.Hour); s.Record.Drift = st.Drift })
		later := *st.DeepCopy()
		later = Report(s, Rest{Reason: v1alpha1.ReasonSuspended}, &later).Status
		if !later.Drift[0].Since.Equal(&st.Drift[0].Since) {
			t.Errorf("since %s became %s", st.Drift[0].Since, later.Drift[0].Since)
		}
	})
	t.Run("leaves status alone when there is nothing to say", func(t *testing.T) {
		quiet := Report(s, Rest{Reason: v1alpha1.ReasonUnavailable, Quiet: true}, &v1alpha1.ResellerStatus{})
		if quiet.News || len(quiet.Status.Conditions) > 0 {
			t.Errorf("status became %+v", quiet.Status)
		}
	})
	t.Run("cuts values that status can't hold", func(t *testing.T) {
		long := strings.Repeat("ä", v1alpha1.MaxObservedLength+1)
		var cut v1alpha1.ResellerStatus
		cut = Report(drifted(func(s *State) { s.Reading.Known.Name = &long }), rest, &cut).Status
		if n := len([]rune(cut.Drift[0].Observed)); n != v1alpha1.MaxObservedLength {
			t.Errorf("%d runes are left", n)
		}
	})
	t.Run("does not show a broker that is not proven to be ours", func(t *testing.T) {
		var unproven v1alpha1.ResellerStatus
		unproven = Report(bound(func(s *State) { s.Reading.Known = elsewhere() }), Rest{Reason: v1alpha1.ReasonOwnershipUnproven}, &unproven).Status
		if unproven.Broker != nil {
			t.Errorf("shows %+v, which would count as proof the next time", unproven.Broker)
		}
	})
	t.Run("says that it is suspended beside being in sync", func(t *testing.T) {
		var suspended v1alpha1.ResellerStatus
		suspended = Report(bound(isSuspended), inSync.(Rest), &suspended).Status
		if !meta.IsStatusConditionTrue(suspended.Conditions, v1alpha1.ConditionSuspended) || !meta.IsStatusConditionTrue(suspended.Conditions, v1alpha1.ConditionReady) {
			t.Errorf("conditions are %+v", suspended.Conditions)
		}
	})
	t.Run("acknowledges a request", func(t *testing.T) {
		var asked v1alpha1.ResellerStatus
		asked = Report(bound(func(s *State) { s.Desired.Requested = "now" }), inSync.(Rest), &asked).Status
		if asked.LastHandledReconcileAt != "now" {
			t.Errorf("acknowledged %q", asked.LastHandledReconcileAt)
		}
	})
}

// TestMessagesAreBounded: of 950 ids in one message the API server takes no status at all.
func TestMessagesAreBounded(t *testing.T) {
	status := v1alpha1.ResellerStatus{}
	status = Report(bound(), Rest{Reason: v1alpha1.ReasonAmbiguousMatch, Message: strings.Repeat("é 4711, ", 10_000)}, &status).Status
	for _, c := range status.Conditions {
		if len(c.Message) > maxMessage {
			t.Errorf("%s has a message of %d bytes", c.Type, len(c.Message))
		}
	}
}

// TestARequestIsHeardWhereAUserHasToSettleTheCreate holds that a request is not kept open
// for a try that is not made: of a refused create whose broker others may hold.
func TestARequestIsHeardWhereAUserHasToSettleTheCreate(t *testing.T) {
	for reason, heard := range map[string]bool{
		v1alpha1.ReasonRefused: false, v1alpha1.ReasonAmbiguousMatch: true, v1alpha1.ReasonAdoptionNotAllowed: true, v1alpha1.ReasonIdentityTaken: true,
		v1alpha1.ReasonCreateOutcomeUnknown: true, v1alpha1.ReasonCreatedButNotListed: true,
		v1alpha1.ReasonBrokerUnreadable: true, v1alpha1.ReasonSimilarBrokerExists: true, v1alpha1.ReasonForbidden: false, v1alpha1.ReasonResolvingCreate: false,
	} {
		s, status := found(isAskedFor, func(s *State) { s.Record.Creation.Refused = true }), v1alpha1.ResellerStatus{}
		status = Report(s, Rest{Reason: reason, Message: "words"}, &status).Status
		if got := status.LastHandledReconcileAt == s.Desired.Requested; got != heard {
			t.Errorf("%s: heard is %t", reason, got)
		}
	}
}

// TestAListChangesNothingOfWhatIsShown holds that status.broker is as details show it: lists
// may spell in a way of their own, and both would take turns.
func TestAListChangesNothingOfWhatIsShown(t *testing.T) {
	for name, row := range map[string]struct {
		before *v1alpha1.ObservedBroker
		detail bool
		want   string
	}{
		"the first is shown, though a list shows it": {nil, false, "THE NAME"},
		"later only details are":                     {&v1alpha1.ObservedBroker{Name: "The name"}, false, "The name"},
		"which are news":                             {&v1alpha1.ObservedBroker{Name: "The name"}, true, "THE NAME"},
	} {
		s, status := bound(), v1alpha1.ResellerStatus{Broker: row.before}
		known := *s.Reading.Known
		known.Name, known.Detail = ptr("THE NAME"), row.detail
		s.Reading.Known = &known
		if status := ReportBroker(s, &status).Status; status.Broker.Name != row.want {
			t.Errorf("%s: shows %q", name, status.Broker.Name)
		}
	}
}

// TestASuspendedEditIsNotTaken holds that what is shown of an edit that can't be sent does
// not count as what Cloudmore took.
func TestASuspendedEditIsNotTaken(t *testing.T) {
	s := bound(isSuspended, nameEdited)
	status := v1alpha1.ResellerStatus{Applied: string(s.Record.Applied)}
	status = Report(s, Rest{Reason: v1alpha1.ReasonSuspended, Message: "m", Compared: true}, &status).Status
	if broker.Applied(status.Applied).Took("spec.name", *s.Desired.Broker.Name) {
		t.Error("the edit counts as taken")
	}
}

// atRest is a Reseller as the API server stores it after a pass that found its broker as
// described, and the state of the next one.
func atRest() (*v1alpha1.Reseller, *State) {
	text := func(of *string) *v1alpha1.Text { return ptr(v1alpha1.Text(*of)) }
	b := wanted()
	s := bound()
	obj := &v1alpha1.Reseller{
		ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: "r", Generation: 1, Finalizers: []string{v1alpha1.FinalizerReseller}},
		Spec: v1alpha1.ResellerSpec{
			Name: text(b.Name), RegistrationNumber: text(b.RegistrationNumber), Domain: ptr(v1alpha1.Domain(*b.Domain)),
			NotificationEmail: ptr(v1alpha1.Email(*b.NotificationEmail)), SupportEmail: ptr(v1alpha1.Email(*b.SupportEmail)),
		},
		Status: v1alpha1.ResellerStatus{BrokerID: string(own), Endpoint: "https://api.cloudmore.com", SellerID: "s", Origin: v1alpha1.OriginCreated},
	}
	look := func() { s.Desired, s.Record = DesiredFrom(obj), RecordFrom(obj) }
	look()
	obj.Status = Report(s, Next(s).(Rest), &obj.Status).Status
	look()
	return obj, s
}

// TestAnEditThatWaitedStaysOne holds that a report tells the cause of a difference by what
// status said before it, although the record shares its conditions: an earlier version left
// an edit that Cloudmore had not answered to, and now the broker is only watched.
func TestAnEditThatWaitedStaysOne(t *testing.T) {
	obj, s := atRest()
	obj.Status.Applied = ""
	ready := meta.FindStatusCondition(obj.Status.Conditions, v1alpha1.ConditionReady)
	ready.Status, ready.Reason = metav1.ConditionFalse, v1alpha1.ReasonUnavailable
	obj.Spec.ManagementPolicy, obj.Spec.SupportEmail = v1alpha1.Observe, ptr(v1alpha1.Email("edited@abcdef.example"))
	s.Desired, s.Record = DesiredFrom(obj), RecordFrom(obj)
	obj.Status = Report(s, Next(s).(Rest), &obj.Status).Status
	if rows := obj.Status.Drift; len(rows) != 1 || rows[0].Cause != v1alpha1.DriftEdited {
		t.Errorf("%+v", rows)
	}
	if broker.Applied(obj.Status.Applied).Took("spec.supportEmail", "edited@abcdef.example") {
		t.Error("the edit counts as taken")
	}
}

// TestAnEditTakenBackBeforeItWasSent holds that it is known then how Cloudmore shows the
// value: nobody has changed anything.
func TestAnEditTakenBackBeforeItWasSent(t *testing.T) {
	obj, s := atRest()
	name := ptr(v1alpha1.Text("Main Street"))
	obj.Spec.Name, s.Reading.Known.Name = name, ptr("Main St")
	obj.Status.Normalized = []v1alpha1.Normalized{{Field: "spec.name", Desired: "Main Street", Observed: "Main St"}}
	obj.Status.Applied = string(applied(&broker.Broker{Name: ptr("Main Street")}))
	report := func() {
		s.Desired, s.Record = DesiredFrom(obj), RecordFrom(obj)
		obj.Status = Report(s, Next(s).(Rest), &obj.Status).Status
	}
	report()
	obj.Spec.Suspend, obj.Spec.Name, obj.Generation = ptr(true), ptr(v1alpha1.Text("Other")), 2
	report()
	if rows := obj.Status.Drift; len(rows) != 1 || rows[0].Cause != v1alpha1.DriftEdited {
		t.Fatalf("%+v", rows)
	}
	obj.Spec.Name, obj.Generation = name, 3
	report()
	if len(obj.Status.Drift) > 0 || len(obj.Status.Normalized) != 1 {
		t.Errorf("%+v %+v", obj.Status.Drift, obj.Status.Normalized)
	}

	t.Run("but not once another value was taken", func(t *testing.T) {
		obj.Spec.Name, obj.Generation, s.Reading.Known.Name = ptr(v1alpha1.Text("Other")), 4, ptr("Other")
		report()
		if len(obj.Status.Drift) > 0 || len(obj.Status.Normalized) > 0 {
			t.Errorf("%+v %+v", obj.Status.Drift, obj.Status.Normalized)
		}
	})
}

// TestAPassAtRestAllocatesNothing holds that what is decided and reported of a Reseller at
// rest leaves nothing behind: from the object over the decision to its unchanged status.
func TestAPassAtRestAllocatesNothing(t *testing.T) {
	obj, s := atRest()
	changed, inSync := false, true
	n := testing.AllocsPerRun(100, func() {
		s.Desired, s.Record = DesiredFrom(obj), RecordFrom(obj)
		rest, rests := Next(s).(Rest)
		inSync = inSync && rests && rest.Reason == v1alpha1.ReasonInSync
		changed = Report(s, rest, &obj.Status).News || changed
	})
	if n != 0 || changed || !inSync {
		t.Errorf("it allocates %v times; status changed: %t; in sync: %t", n, changed, inSync)
	}
}

func BenchmarkPassAtRest(b *testing.B) {
	obj, s := atRest()
	b.ReportAllocs()
	for b.Loop() {
		s.Desired, s.Record = DesiredFrom(obj), RecordFrom(obj)
		rest, _ := Next(s).(Rest)
		obj.Status = Report(s, rest, &obj.Status).Status
	}
}

// TestWhatAReportChanges holds that a report says whether its status is another, whatever part
// of it, and leaves the one that it was given.
func TestWhatAReportChanges(t *testing.T) {
	for name, change := range map[string]func(*State, *v1alpha1.ResellerStatus){
		"nothing":        func(*State, *v1alpha1.ResellerStatus) {},
		"the generation": func(s *State, _ *v1alpha1.ResellerStatus) { s.Desired.Generation++ },
		"the policy":     func(s *State, _ *v1alpha1.ResellerStatus) { s.Desired.Deletion = v1alpha1.DeletionOrphan },
		"a request":      func(s *State, _ *v1alpha1.ResellerStatus) { isAskedFor(s) },
		"a condition that goes": func(_ *State, st *v1alpha1.ResellerStatus) {
			st.Conditions = append(st.Conditions, metav1.Condition{Type: v1alpha1.ConditionStalled})
		},
		"a condition that comes":      func(s *State, _ *v1alpha1.ResellerStatus) { isSuspended(s) },
		"drift that goes":             func(_ *State, st *v1alpha1.ResellerStatus) { st.Drift = []v1alpha1.Drift{{Field: "spec.name"}} },
		"a refusal that goes":         func(_ *State, st *v1alpha1.ResellerStatus) { st.Rejected = []v1alpha1.Rejection{{Field: "spec.name"}} },
		"a try that goes":             func(_ *State, st *v1alpha1.ResellerStatus) { st.Retry = &v1alpha1.Retry{} },
		"services":                    func(s *State, _ *v1alpha1.ResellerStatus) { s.Reading.ServicesActivated = ptr(true) },
		"what the broker looks like":  func(s *State, _ *v1alpha1.ResellerStatus) { s.Reading.Known.Name = ptr("Another") },
		"that there is a broker":      func(_ *State, st *v1alpha1.ResellerStatus) { st.Broker = nil },
		"that there is a broker more": func(s *State, _ *v1alpha1.ResellerStatus) { s.Record.BrokerID = "" },
	} {
		obj, s := atRest()
		change(s, &obj.Status)
		before := obj.Status.DeepCopy()
		got := Report(s, inSync.(Rest), &obj.Status)
		if is := !equality.Semantic.DeepEqual(*before, got.Status); got.News != is || is != (name != "nothing") {
			t.Errorf("%s: it says %t, and status changed: %t", name, got.News, is)
		}
		if !equality.Semantic.DeepEqual(*before, obj.Status) {
			t.Errorf("%s: the status that it was given became %+v", name, obj.Status)
		}
	}
}
