package plan

import (
	"maps"
	"strings"
)

// Tries are the latest failures by kind of call; of GETs, beside the latest, those of other
// brokers, so that each of several that can't be read waits for itself. They are never
// changed in place.
type Tries map[Call]Try

// keptLooks is how many others there are at most; the oldest goes first.
const keptLooks = 8

// lookAt is the place of the GET of a broker that is not the latest one.
func lookAt(content string) Call { return CallLook + Call(" "+content) }

// of is the latest failure of a call with a content.
func (t Tries) of(call Call, content string) (Try, bool) {
	if call == CallLook {
		if other, failing := t[lookAt(content)]; failing {
			return other, true
		}
	}
	latest, failing := t[call]
	return latest, failing
}

// before are the tries without what a call of a content is about to replace.
func (t Tries) before(call Call, content string) Tries {
	rest := maps.Clone(t)
	if rest == nil {
		rest = Tries{}
	}
	latest, failing := rest[call]
	delete(rest, call)
	if call != CallLook {
		return rest
	}
	delete(rest, lookAt(content))
	if failing && latest.Content != content {
		rest[lookAt(latest.Content)] = latest
	}
	rest.forget()
	return rest
}

// forget drops the oldest of too many GETs.
func (t Tries) forget() {
	var oldest Call
	looks := 0
	for call, try := range t {
		if !strings.HasPrefix(string(call), string(lookAt(""))) {
			continue
		}
		looks++
		if oldest == "" || try.At.Before(t[oldest].At) {
			oldest = call
		}
	}
	if looks > keptLooks {
		delete(t, oldest)
	}
}
