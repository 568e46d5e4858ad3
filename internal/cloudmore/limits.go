package cloudmore

import "time"

// Every bound and wait of this package, each with its reason.
const (
	// maxListBytes is the largest page of a list: about 8,000 brokers with all
	// their fields, or 50,000 summaries.
	maxListBytes = 8 << 20
	// maxBodyBytes is the largest other answer; a broker has about 2 KiB.
	maxBodyBytes = 1 << 20
	// maxHeaderBytes bounds the header of an answer.
	maxHeaderBytes = 64 << 10
	// maxPages and maxEntries bound a list of pages that never ends.
	maxPages   = 1000
	maxEntries = 200_000
	// maxUnreadable entries of a list may be without an id of use: more are no mistake
	// but a form of the list that is not understood.
	maxUnreadable = 100
	// maxEntryShown is the length of what is shown of one, in characters.
	maxEntryShown = 128
	// maxRedirects are followed by a read, on the same host.
	maxRedirects = 3

	// readTimeout is for one read, from the limiter's opening to the last byte.
	readTimeout = 30 * time.Second
	// writeTimeout is for a write whose context has no deadline of its own.
	writeTimeout = 60 * time.Second
	// loginTimeout is for one token request.
	loginTimeout = 30 * time.Second
	// dialTimeout and handshakeTimeout: a host that needs longer is as good
	// as unreachable. Waiting for the answer is bounded by the context only,
	// since a second clock would make creates ambiguous before their deadline.
	dialTimeout      = 10 * time.Second
	handshakeTimeout = 10 * time.Second
	// idleTimeout is shorter than the 60 s after which common load balancers
	// close idle connections: a call on a closed one fails for nothing.
	idleTimeout = 30 * time.Second
	// maxIdleConns is the default of requests in flight to one account.
	maxIdleConns = 8

	// maxRetryAfter caps what a server may ask for, so that a wrong header
	// does not stop an account for days.
	maxRetryAfter = time.Hour
	// maxMessage is the length of a message about a field, maxSaid that of all
	// that an answer says, in characters: what a user reads in a status.
	maxMessage = 200
	maxSaid    = 512
	// maxSentence is the longest text, in bytes, that may be a sentence. What
	// is longer is a stack trace or a dump, and is not shown at all.
	maxSentence = 16 << 10
	// maxSentences are read from one answer, down to maxDepth levels.
	maxSentences = 100
	maxDepth     = 8
	// maxEscapes are undone within each other: a page in a string in a URL.
	maxEscapes = 3
	// maxBraced is longer than the longest escape in braces.
	maxBraced = 12
	// maxMarkup is the longest markup, in bytes, whose words are shown.
	maxMarkup = 64 << 10
	// maxEntity is longer than the longest name of a character in HTML.
	maxEntity = 40
	// minInner is the length from which a secret is looked for within base64
	// of other text; the traces of a shorter one are found in any text.
	minInner = 8
	// maxFieldFailures and maxErrorNames are what a user still reads.
	maxFieldFailures = 50
	maxErrorNames    = 5
	// maxMentions are the names in a refusal that are compared with what was sent.
	maxMentions = 200
	// maxAmendments are the members that updates to one account leave out or add.
	maxAmendments = 32
	// maxResends is for an API that names one member at a time.
	maxResends = 4
	// maxIDLength is twice what a GUID with braces and a prefix would need.
	maxIDLength = 128

	// defaultTokenLife is used where the answer does not say (expires_in is
	// only recommended, RFC 6749 §5.1); the documentation says 24 hours, so
	// an hour is safe.
	defaultTokenLife = time.Hour
	// maxTokenLife is the documented life of a token.
	maxTokenLife = 24 * time.Hour
	// renewPercent of its life a token is used before a new one is fetched:
	// of 24 hours it leaves 2.4 in which a failing renewal hurts nobody.
	renewPercent = 90
	// renewPause is between two renewals that failed, while the token lasts.
	renewPause = time.Minute
	// minTokenUse is how long a token is used at least, and how often one is fetched at
	// most because the API refuses it: a server that grants no lasting one must not cost
	// a login for each call.
	minTokenUse = time.Minute
	// maxTokenBytes is the longest token that fits into common header limits.
	maxTokenBytes = 16 << 10
)

// loginsAnHour bounds the logins without a verdict within any hour: each may have been counted
// as one with a wrong password, and those lock an account.
const loginsAnHour = 5

// loginGaps lie between two of them, by how many there were already: a server that restarts is
// back within the first, and one that is down for longer is not asked in vain.
var loginGaps = []time.Duration{10 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute}

// writeRenewal is how often a token is renewed because writes are refused with it:
// rights may have come since, and a user who gives them waits no longer.
const writeRenewal = time.Hour

// maxTold is how deep objects beside a list are looked into: beside each envelope, and in
// what says its number.
const maxTold = maxEnvelopes + 2

// maxEnvelopes may be around what was asked for, one in the other: gateways and
// frameworks add one each, and more is another form of the API.
const maxEnvelopes = 3

// maxGlued is how long a word is that may be several, in bytes: ways to
// divide it grow with its square.
const maxGlued = 48
