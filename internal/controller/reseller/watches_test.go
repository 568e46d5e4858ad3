package reseller

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

func at(namespace, version string) *v1alpha1.Reseller {
	return &v1alpha1.Reseller{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, UID: types.UID(namespace + version), ResourceVersion: version}}
}

// listing answers lists as of a version.
type listing struct {
	client.Reader
	version string
	items   []v1alpha1.Reseller
	fails   error
}

func (l *listing) List(_ context.Context, into client.ObjectList, _ ...client.ListOption) error {
	list := into.(*v1alpha1.ResellerList)
	list.ResourceVersion, list.Items = l.version, l.items
	return l.fails
}

func TestANamespaceIsKnownAsFarAsItsWatchOrAListShowed(t *testing.T) {
	w, all := &watches{}, []string{"busy", "idle"}
	for _, version := range []string{"9", "100", "99"} { // 99 comes late, and takes nothing back
		w.saw(at("busy", version), time.Time{})
	}
	behind := func(version string, want bool) {
		t.Helper()
		if w.behind(all, version) != want {
			t.Errorf("behind %s: %t", version, !want)
		}
	}
	behind("1", true)
	if err := w.list(t.Context(), &listing{version: "120"}, "idle"); err != nil {
		t.Fatal(err)
	}
	behind("100", false)
	behind("101", true)
	w.saw(at("busy", "130"), time.Time{})
	behind("120", false)
	behind("121", true)
}

func TestAListThatFailedShowsNothing(t *testing.T) {
	w, away := &watches{}, errors.New("away")
	if err := w.list(t.Context(), &listing{version: "120", fails: away}, "idle"); !errors.Is(err, away) {
		t.Errorf("it says %v", err)
	}
	if !w.behind([]string{"idle"}, "1") {
		t.Error("it counts all the same")
	}
}

func TestWhatTheWatchHasNotShownIsKept(t *testing.T) {
	w := &watches{}
	w.saw(at("busy", "10"), time.Time{})
	known, unshown := at("busy", "10"), at("busy", "12")
	err := w.list(t.Context(), &listing{version: "13", items: []v1alpha1.Reseller{*known, *unshown}}, "busy")
	if got := w.unshown(); err != nil || len(got) != 1 || got[unshown.UID] == nil {
		t.Errorf("unshown are %v (%v)", got, err)
	}
	w.saw(at("busy", "12"), time.Time{})
	if got := w.unshown(); len(got) > 0 {
		t.Errorf("the watch has shown %v", got)
	}
}

// waits are watches of two namespaces of which the idle one is not known up to what somebody
// waits for.
func waits() *watches {
	w := &watches{}
	w.saw(at("busy", "10"), time.Time{})
	w.wait(types.NamespacedName{Name: "a"}, "10")
	return w
}

func TestListsAreTakenOnceInAPause(t *testing.T) {
	w, now, all := waits(), time.Unix(1000, 0), []string{"busy", "idle"}
	long := now.Add(-2 * time.Hour)
	if due, _ := w.begin(all, now, long); !slices.Equal(due, []string{"idle"}) {
		t.Errorf("the first may list %v", due)
	}
	for _, row := range []struct {
		after, again time.Duration
		may          bool
	}{
		{0, listPause, false},
		{listPause - time.Millisecond, time.Millisecond, false},
		{listPause, 0, true},
		{listPause + time.Millisecond, listPause - time.Millisecond, false},
		{-time.Hour, 0, true}, // a clock that was set back holds nobody up
	} {
		if due, again := w.begin(all, now.Add(row.after), long); again != row.again || len(due) > 0 != row.may {
			t.Errorf("after %s: %v, %s", row.after, due, again)
		}
	}
}

func TestTheWatchesHaveAMomentToShowIt(t *testing.T) {
	now, all := time.Unix(1000, 0), []string{"busy", "idle"}
	for _, row := range []struct {
		waited, again time.Duration
		may           bool
	}{
		{0, listGrace, false},
		{listGrace - time.Millisecond, listRetry, false},
		{listGrace, 0, true},
		{-time.Hour, 0, true}, // a clock that was set back holds nobody up
	} {
		w := waits()
		if due, again := w.begin(all, now, now.Add(-row.waited)); again != row.again || len(due) > 0 != row.may {
			t.Errorf("who waited %s: %v, %s", row.waited, due, again)
		}
		if w.began.IsZero() == row.may {
			t.Errorf("who waited %s: lists begin at %s", row.waited, w.began)
		}
	}
}

func TestWhereOthersWereAtWorkTheWatchesHaveLongerWhileAnythingMoves(t *testing.T) {
	now, all := time.Unix(1000, 0), []string{"busy", "slow", "idle"}
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	for _, row := range []struct {
		name                string
		moved, slow, waited time.Duration
		due                 []string
	}{
		{"all that is idle is listed, and no more", 0, time.Second, time.Second, []string{"idle"}},
		{"what moved lately is listed when nothing moves", listGrace, time.Second, time.Second, []string{"slow", "idle"}},
		{"what did not move lately is idle", 0, longestGrace, time.Second, []string{"slow", "idle"}},
		{"nobody waits for longer than the longest", 0, time.Second, longestGrace, []string{"slow", "idle"}},
		{"nothing is listed at once", listGrace, longestGrace, 0, nil},
	} {
		w := &watches{}
		w.saw(at("slow", "9"), ago(row.slow))
		w.saw(at("busy", "10"), ago(row.moved))
		w.wait(types.NamespacedName{Name: "a"}, "10")
		if due, _ := w.begin(all, now, ago(row.waited)); !slices.Equal(due, row.due) {
			t.Errorf("%s: %v", row.name, due)
		}
	}
}

func TestAListIsForTheLatestOfThoseWhoWait(t *testing.T) {
	w, now := waits(), time.Unix(1000, 0)
	w.wait(types.NamespacedName{Name: "b"}, "100")
	if due, _ := w.begin([]string{"busy", "idle"}, now, now.Add(-time.Hour)); !slices.Equal(due, []string{"busy", "idle"}) {
		t.Errorf("it may list %v", due)
	}
}

func TestWhoWaitedIsReleasedOnceAllIsKnown(t *testing.T) {
	w, all := waits(), []string{"busy", "idle"}
	for _, row := range []struct {
		version string
		want    int
	}{{"9", 0}, {"11", 1}, {"12", 0}} {
		w.saw(at("idle", row.version), time.Time{})
		if got := w.released(all); len(got) != row.want {
			t.Errorf("at %s %v are released", row.version, got)
		}
	}
	w.wait(types.NamespacedName{Name: "b"}, "13")
	w.leave(types.NamespacedName{Name: "b"})
	w.saw(at("busy", "14"), time.Time{})
	w.saw(at("idle", "14"), time.Time{})
	if got := w.released(all); len(got) > 0 {
		t.Errorf("%v waits no longer", got)
	}
}

func TestWhoWaitsDoesSoFromTheFirstLook(t *testing.T) {
	m, now := &memory{}, time.Unix(1000, 0)
	if since := m.isBehind(now); since != now {
		t.Errorf("it waits since %s", since)
	}
	if since := m.isBehind(now.Add(time.Minute)); since != now {
		t.Errorf("a minute later it waits since %s", since)
	}
}
