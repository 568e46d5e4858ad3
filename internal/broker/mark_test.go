package broker_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

const (
	acme    = broker.Owner("prod/team/acme/")
	attempt = "0123456789abcdef0123456789abcdef"
	// before is the mark as v0.1.0 wrote it.
	before = broker.Mark("prod/team/acme/" + attempt)
)

func TestMarkIsShort(t *testing.T) {
	mark := broker.MarkOf(acme, attempt)
	if !regexp.MustCompile(`^[a-z0-9]{26}$`).MatchString(string(mark)) {
		t.Errorf("the mark is %q", mark)
	}
	if mark != "2g4polv2ss5ebh2y32q4zi7vxm" { // stored in brokers: what it is made of stays as it is
		t.Errorf("the mark of before is now %q", mark)
	}
}

func TestMarkProves(t *testing.T) {
	now := broker.MarkOf(acme, attempt)
	for _, row := range []struct {
		name                   string
		mark                   broker.Mark
		of, this, another, cut bool
	}{
		{"its owner and its create", now, true, true, false, false},
		{"both in capitals, too", broker.Mark(strings.ToUpper(string(now))), true, true, false, false},
		{"both with spaces around it", " " + now + "\n", true, true, false, false},
		{"its owner where the create was cut", now[:20], true, false, false, false},
		{"its owner where nothing of the create is left", now[:13], true, false, false, false},
		{"nothing where the owner was cut", now[:12], false, false, false, true},
		{"another create of its owner", broker.MarkOf(acme, "another"), true, false, true, false},
		{"nothing of another owner", broker.MarkOf("prod/team/acme2/", attempt), false, false, false, false},
		{"nothing where it is empty", "", false, false, false, false},
		{"all of that as v0.1.0 wrote it", before, true, true, false, false},
		{"in capitals", broker.Mark(strings.ToUpper(string(before))), true, true, false, false},
		{"with the create cut", before[:30], true, false, false, false},
		{"with nothing left of the create", broker.Mark(acme), true, false, false, false},
		{"with the owner cut", "prod/team/ac", false, false, false, true},
		{"of another owner", "prod/team/acme2/" + broker.Mark(attempt), false, false, false, false},
		{"of another cluster", "stage/team/acme/" + broker.Mark(attempt), false, false, false, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			if of, cut := row.mark.Of(acme), row.mark.CutOf(acme); of != row.of || cut != row.cut {
				t.Errorf("%q: of the owner %t, cut %t", row.mark, of, cut)
			}
			if !row.of {
				return
			}
			if this, another := row.mark.By(acme, attempt); this != row.this || another != row.another {
				t.Errorf("%q: of this create %t, of another %t", row.mark, this, another)
			}
		})
	}
}

func TestMarkOfNobody(t *testing.T) {
	if m := broker.MarkOf("", attempt); m.Of("") || m.CutOf("") || broker.Owner("").Keys() != nil {
		t.Error("where no mark is used, one is somebody's")
	}
}

func TestMarkIsFound(t *testing.T) {
	keys := map[string]bool{}
	for _, key := range acme.Keys() {
		keys[key] = true
	}
	now := broker.MarkOf(acme, attempt)
	for _, row := range []struct {
		mark  broker.Mark
		found bool
	}{
		{now, true}, {broker.Mark(strings.ToUpper(string(now))), true}, {now[:13], true}, {now[:12], false},
		{before, true}, {broker.Mark(strings.ToUpper(string(before))), true}, {before[:20], true}, {broker.Mark(acme), true},
		{"prod/team/ac", false}, {broker.MarkOf("stage/team/acme/", attempt), false}, {"", false},
	} {
		if found := keys[row.mark.Key()]; found != row.found {
			t.Errorf("%q is found %t", row.mark, found)
		}
	}
	for _, other := range []broker.Mark{"gold", "a customer since 2009", "1234567890123", now + "x"} {
		if key := other.Key(); key != "" {
			t.Errorf("%q counts as a mark, by %q", other, key)
		}
	}
}
