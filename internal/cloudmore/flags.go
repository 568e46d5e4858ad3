package cloudmore

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"
)

// The documentation says that lists show other sellers' brokers (ServiceBrokers), and that
// what is deleted may stay as inactive, but not how an answer marks them. So the names that
// it has are taken in any spelling, of the key as of the value. The marks are members like
// any other besides: an update sends them back as read.

var (
	foreignKeys  = []string{"isservicebroker", "servicebroker"}
	kindKeys     = []string{"type", "brokertype", "kind"}
	activeKeys   = []string{"isactive", "active"}
	inactiveKeys = []string{"isinactive", "inactive"}
)

// foreign reports whether a broker is marked as a ServiceBroker.
func (all members) foreign() bool {
	return slices.ContainsFunc(all, func(m member) bool {
		key := wordOf(m.key)
		if slices.Contains(kindKeys, key) {
			kind, _ := textOf(m.value)
			return wordOf(kind) == "servicebroker"
		}
		marks, said := flagOf(m.value)
		return slices.Contains(foreignKeys, key) && said && marks
	})
}

// active is whether a broker is marked as active or as inactive; nil where it is neither.
// Where marks disagree it is inactive.
func (all members) active() *bool {
	var found *bool
	for _, m := range all {
		key := wordOf(m.key)
		truth, said := flagOf(m.value)
		switch {
		case !said:
			continue
		case slices.Contains(inactiveKeys, key):
			truth = !truth
		case !slices.Contains(activeKeys, key):
			continue
		}
		if found == nil || !truth {
			found = &truth
		}
	}
	return found
}

// flagOf reads a truth in any spelling; said is false for what is none.
func flagOf(raw json.RawMessage) (truth, said bool) {
	text, scalar := textOf(raw)
	if !scalar {
		return false, false
	}
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "true", "1", "yes", "y":
		return true, true
	case "false", "0", "no", "n":
		return false, true
	default:
		return false, false
	}
}

// wordOf is a name without case and what stands between its words.
func wordOf(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}
