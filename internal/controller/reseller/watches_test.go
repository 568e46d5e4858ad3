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
		w.saw(at("busy", version))
	}
	if got := w.behind(all, "100"); !slices.Equal(got, []string{"idle"}) {
		t.Errorf("behind 100 are %v", got)
	}
	if err := w.list(t.Context(), &listing{version: "120"}, "idle"); err != nil {
		t.Fatal(err)
	}
	if got := w.behind(all, "100"); len(got) > 0 {
		t.Errorf("behind 100 are %v after the list", got)
	}
	if got := w.behind(all, "120"); !slices.Equal(got, []string{"busy"}) {
		t.Errorf("behind 120 are %v", got)
	}
	if got := w.behind(all, "121"); !slices.Equal(got, all) {
		t.Errorf("behind 121 are %v", got)
	}
}

func TestAListThatFailedShowsNothing(t *testing.T) {
	w, away := &watches{}, errors.New("away")
	if err := w.list(t.Context(), &listing{version: "120", fails: away}, "idle"); !errors.Is(err, away) {
		t.Errorf("it says %v", err)
	}
	if got := w.behind([]string{"idle"}, "1"); len(got) != 1 {
		t.Error("it counts all the same")
	}
}

func TestWhatTheWatchHasNotShownIsKept(t *testing.T) {
	w := &watches{}
	w.saw(at("busy", "10"))
	known, unshown := at("busy", "10"), at("busy", "12")
	err := w.list(t.Context(), &listing{version: "13", items: []v1alpha1.Reseller{*known, *unshown}}, "busy")
	if got := w.unshown(); err != nil || len(got) != 1 || got[unshown.UID] == nil {
		t.Errorf("unshown are %v (%v)", got, err)
	}
	w.saw(at("busy", "12"))
	if got := w.unshown(); len(got) > 0 {
		t.Errorf("the watch has shown %v", got)
	}
}

func TestListsAreTakenOnceInAPause(t *testing.T) {
	w, now := &watches{}, time.Unix(1000, 0)
	long := now.Add(-2 * time.Hour)
	if _, may := w.begin(now, long); !may {
		t.Error("the first may not")
	}
	for _, row := range []struct {
		after, again time.Duration
		may          bool
	}{
		{0, listRetry, false},
		{listPause - time.Millisecond, time.Millisecond, false},
		{listPause, 0, true},
		{listPause + time.Millisecond, listRetry, false},
		{-time.Hour, 0, true}, // a clock that was set back holds nobody up
	} {
		if again, may := w.begin(now.Add(row.after), long); again != row.again || may != row.may {
			t.Errorf("after %s: %s, %t", row.after, again, may)
		}
	}
}

func TestTheWatchesHaveAMomentToShowIt(t *testing.T) {
	now := time.Unix(1000, 0)
	for _, row := range []struct {
		waited, again time.Duration
		may           bool
	}{
		{0, listRetry, false},
		{listGrace - time.Millisecond, time.Millisecond, false},
		{listGrace, 0, true},
		{-time.Hour, 0, true}, // a clock that was set back holds nobody up
	} {
		w := &watches{}
		if again, may := w.begin(now, now.Add(-row.waited)); again != row.again || may != row.may {
			t.Errorf("who waited %s: %s, %t", row.waited, again, may)
		}
		if w.began.IsZero() == row.may {
			t.Errorf("who waited %s: lists begin at %s", row.waited, w.began)
		}
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
