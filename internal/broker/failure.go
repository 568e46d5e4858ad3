package broker

import (
	"slices"
	"strings"
	"time"
)

// Class says what a failed call means, and so what may be done next.
type Class int

// The classes. The zero value is none of them.
const (
	// Invalid: the call was refused (400 and every other 4xx that has no class
	// of its own): a user has to read why.
	Invalid Class = iota + 1
	// Unauthorized: the credentials or the token were refused (401, or the token endpoint's 400).
	Unauthorized
	// Forbidden: no right to do this (403, 405): wait for a change.
	Forbidden
	// NotFound: no such resource (404, except to a create, which it refuses). On
	// a list it never means "none".
	NotFound
	// Throttled: the account must be paused for a while (429, or 503 with Retry-After).
	Throttled
	// Unavailable: the call did not take effect, and may be sent again later:
	// nothing was sent, or the API itself says that it is not there.
	Unavailable
	// Ambiguous: whether the call took effect is not known (time-out, cut
	// connection, 5xx, an answer that can't be read).
	Ambiguous
)

var classNames = map[Class]string{
	Invalid: "invalid", Unauthorized: "unauthorized", Forbidden: "forbidden", NotFound: "not found",
	Throttled: "throttled", Unavailable: "unavailable", Ambiguous: "ambiguous",
}

// String is the class in lower-case words.
func (c Class) String() string { return classNames[c] }

// Failure is a call to the seller API that failed. Its text names no secret
// and no personal data.
type Failure struct {
	Class Class
	// Op is what was tried, in words ("create broker").
	Op string
	// Status is the HTTP status, 0 when there was no answer.
	Status int
	// StatusLine is the status with its phrase ("503 Service Unavailable").
	StatusLine string
	// Reason is the cause in words, from a closed set and the API's error names.
	Reason string
	// Documented says that a whole answer without success was the API's own:
	// its body was JSON or empty. Only then does a 404 speak of the broker.
	Documented bool
	// Gateway says that there was an answer that a gateway may have given: text,
	// a web page, or not whole. What is behind it may still be at work.
	Gateway bool
	// NotSent says that no byte of the request left this machine.
	NotSent bool
	// Answered says that the call has ended on the server: it answered.
	Answered bool
	// RetryAfter is how long the account must stay paused, as told by the
	// server (RFC 9110 §10.2.3: seconds or HTTP date), between 0 and an hour.
	RetryAfter time.Duration
	// Announced is what a list that is not whole says of more entries: a user may call
	// it right. "" for every other failure.
	Announced string
	// Fields are the refused fields, where the API named them.
	Fields []FieldFailure
	// Said is what the answer says in its own words: one line of at most 512
	// characters without secrets; "" when it says nothing. It may quote values:
	// for status only, so it is not part of Error, which logs and events have.
	Said string
	// Before is, of a call that was turned away because its account is paused, the answer
	// that the pause began with; nil of every other failure.
	Before *Failure
}

// Origin is what really failed: of a call that was turned away, the one before it.
func (f *Failure) Origin() *Failure {
	if f.Before != nil {
		return f.Before
	}
	return f
}

// FieldFailure is one field that the API refused.
type FieldFailure struct {
	// Path is the Reseller's path, or the API's own where it has none.
	Path string
	// Message is the API's sentence, bounded and without control characters.
	// It may quote the value: for status only.
	Message string
}

// Refusal reports whether the answer is a no for a user to read, in whatever
// form (4xx, but for an unknown token, an unknown broker, a time-out or a
// throttle). With Gateway it may not be the API's own.
func (f *Failure) Refusal() bool {
	return f.Status >= 400 && f.Status < 500 && (f.Class == Invalid || f.Class == Forbidden)
}

// UnclearlyAbsent reports whether the answer says that there is no such thing (404, 410) in
// a form that a gateway may have given, so that it proves nothing on its own.
func (f *Failure) UnclearlyAbsent() bool { return f.Gateway && (f.Status == 404 || f.Status == 410) }

// WriteDenied reports whether a write was answered 401 although reads work with its
// token: the account has no right to write.
func (f *Failure) WriteDenied() bool { return f.Class == Forbidden && f.Status == 401 }

// Denied reports whether the API itself denies to show a broker. A firewall that blocks a
// GET says nothing of it. f may be nil.
func (f *Failure) Denied() bool { return f != nil && f.Class == Forbidden && !f.Gateway }

// Hides reports whether the API says of a broker that it is not there, or not to be seen.
func (f *Failure) Hides() bool { return f.Denied() || f.Class == NotFound }

// Answer is the status and what the answer says ("503 Service Unavailable:
// down for maintenance"), "" when there was none: for status only, as Said.
func (f *Failure) Answer() string {
	_, phrase, _ := strings.Cut(f.StatusLine, " ")
	switch {
	case f.StatusLine == "":
		return f.Said
	case f.Said == "" || strings.EqualFold(f.Said, phrase) || strings.EqualFold(f.Said, f.StatusLine):
		return f.StatusLine
	default:
		return f.StatusLine + ": " + f.Said
	}
}

// Heard is the answer as somebody heard it ("Cloudmore answered 409 Conflict: …"), ""
// when there was none: for status only, as Said.
func (f *Failure) Heard() string {
	switch answer := f.Answer(); {
	case answer == "":
		return ""
	case f.Gateway:
		return "Cloudmore, or a gateway before it, answered " + answer
	default:
		return "Cloudmore answered " + answer
	}
}

// Told is Error with what the answer says besides, each thing once: for status only, as Said.
func (f *Failure) Told() string {
	if f.StatusLine == "" || !strings.Contains(f.Reason, f.StatusLine) {
		if heard := f.Heard(); heard != "" {
			return f.Error() + " (" + heard + ")"
		}
		return f.Error()
	}
	said, more := strings.CutPrefix(f.Answer(), f.StatusLine+": ")
	switch {
	case !more:
		return f.Error()
	case f.Gateway:
		return f.Error() + " (Cloudmore, or a gateway before it, says: " + said + ")"
	default:
		return f.Error() + " (Cloudmore says: " + said + ")"
	}
}

// Error says what was tried and why it failed, without what the answer says
// in its own words.
func (f *Failure) Error() string {
	var b strings.Builder
	b.WriteString(f.Op + ": " + f.Class.String())
	if f.Reason != "" {
		b.WriteString(": " + f.Reason)
	}
	paths := slices.DeleteFunc(f.Paths(), func(path string) bool { return path == "spec" }) // the whole is no field
	if len(paths) > 0 {
		b.WriteString(" (" + strings.Join(paths, ", ") + ")")
	}
	return b.String()
}

// Paths are the fields that were refused, each once.
func (f *Failure) Paths() []string {
	var paths []string
	for _, field := range f.Fields {
		if !slices.Contains(paths, field.Path) {
			paths = append(paths, field.Path)
		}
	}
	return paths
}
