package account

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// confirmed are the brokers that waited when writing was halted, and that a user let
// be changed or deleted: by a short digest each, so that what is stored is bounded and
// names nobody. It is kept until the next halt: a restart forgets nothing of it.
type confirmed struct {
	text string
	left map[string]bool // digests of those that have not been changed or deleted yet
}

// digestLength is how long the digest of a broker is, in characters: 24 bits, so that
// one that was not confirmed passes for another in one of thousands of accounts.
const digestLength = 4

// digestOf is a broker in what is confirmed.
func digestOf(id broker.ID) string {
	sum := sha256.Sum256([]byte(id.Key()))
	return base64.RawURLEncoding.EncodeToString(sum[:3])
}

// confirmable is the text for those who wait, as many as are kept.
func confirmable(waiting []*touch) string {
	digests := make([]string, 0, min(len(waiting), confirmedAtMost))
	for _, c := range waiting[:cap(digests)] {
		digests = append(digests, digestOf(c.what.Broker))
	}
	return joined(digests)
}

// joined are digests as one text.
func joined(digests []string) string {
	slices.Sort(digests)
	return strings.Join(digests, "")
}

// confirmedIn reads such a text.
func confirmedIn(text string) confirmed {
	c := confirmed{text: text, left: map[string]bool{}}
	for at := 0; at+digestLength <= len(text); at += digestLength {
		c.left[text[at:at+digestLength]] = true
	}
	return c
}

// permit reports whether a user let this broker be changed or deleted. A resumption of
// a halt that did not tell who waits permits everything for a window.
func (c *confirmed) permit(id broker.ID, resumed time.Time, window time.Duration, now time.Time) bool {
	if resumed.IsZero() {
		return false
	}
	if c.text == "" {
		return now.Before(resumed.Add(window))
	}
	return c.left[digestOf(id)] && now.Before(resumed.Add(confirmedFor))
}

// done is told that a broker was changed or deleted: what was confirmed has happened.
func (b *braking) done(id broker.ID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.confirmed.left, digestOf(id))
}
