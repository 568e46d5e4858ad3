package broker

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// Mark is an ownership mark: the value of a custom property that says which Reseller of
// which cluster a broker is of, and by which create it was made. APIs cut and capitalise
// values, so it is short, has no two letters that differ by case only, and each of its
// halves proves something on its own.
type Mark string

// Owner is who may have marked a broker: "<clusterName>/<namespace>/<name>/".
type Owner string

// halfOfMark is the length of each half: 65 bits.
const halfOfMark = 13

var lowerBase32 = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// MarkOf is the mark of a create: 13 lower-case letters and digits of the owner, and 13 of
// the attempt.
func MarkOf(owner Owner, attempt string) Mark { return Mark(owner.half() + halfOf(attempt)) }

func halfOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return lowerBase32.EncodeToString(sum[:])[:halfOfMark]
}

func (o Owner) half() string { return halfOf(string(o)) }

// folded is the mark without what APIs do to it.
func (m Mark) folded() string { return strings.ToLower(strings.TrimSpace(string(m))) }

// Of reports whether the mark is the owner's, whole or cut behind the owner's half, in
// this form or in v0.1.0's, which was the owner and the attempt in plain.
func (m Mark) Of(o Owner) bool {
	v := m.folded()
	return o != "" && (strings.HasPrefix(v, o.half()) || strings.HasPrefix(v, strings.ToLower(string(o))))
}

// By reports whether the mark, which is the owner's, is whole and of this attempt, and
// whether it is of another one; neither where the attempt was cut.
func (m Mark) By(o Owner, attempt string) (this, other bool) {
	rest, short := strings.CutPrefix(m.folded(), o.half())
	want := halfOf(attempt)
	if !short {
		rest, want = strings.TrimPrefix(m.folded(), strings.ToLower(string(o))), strings.ToLower(attempt)
	}
	return rest == want, !strings.HasPrefix(want, rest)
}

// CutOf reports whether the mark is one of the owner's that was cut before it says whose
// it is. It proves nothing, for anybody.
func (m Mark) CutOf(o Owner) bool {
	v := m.folded()
	return v != "" && o != "" && !m.Of(o) && (strings.HasPrefix(o.half(), v) || strings.HasPrefix(strings.ToLower(string(o)), v))
}

// Key is under what brokers are found by their marks, "" where it can't be one; Keys are
// those of an owner.
func (m Mark) Key() string {
	v := m.folded()
	if end := strings.LastIndexByte(v, '/'); end >= 0 {
		return v[:end+1]
	}
	if len(v) < halfOfMark || len(v) > 2*halfOfMark || strings.Trim(v, "abcdefghijklmnopqrstuvwxyz234567") != "" {
		return ""
	}
	return v[:halfOfMark]
}

// Keys are the keys of the owner's marks, in both forms.
func (o Owner) Keys() []string {
	if o == "" {
		return nil
	}
	return []string{o.half(), strings.ToLower(string(o))}
}

// Marking is how the brokers of an owner are known: by the custom property that holds
// marks, and by what v0.1.0's began with, "<clusterName>/<namespace>/<name>/". Zero where
// none is used.
type Marking struct {
	PropertyID, Prefix string
}

// Owner is whose brokers they are.
func (m *Marking) Owner() Owner { return Owner(m.Prefix) }
