package cloudmore

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// retryAfter is how long the server asks for a pause (RFC 9110 §10.2.3: seconds or a
// date), at most maxRetryAfter, and a word where that is not what it says. What is
// common beyond the RFC is understood: fractions, units, several values, times of other
// forms. Of several the longest counts.
func retryAfter(header http.Header, now time.Time) (wait time.Duration, word string) {
	value := strings.Join(header.Values("Retry-After"), ", ")
	if strings.TrimSpace(value) == "" {
		return 0, ""
	}
	sent, _ := http.ParseTime(header.Get("Date"))
	understood := false
	for _, part := range retryParts(value) {
		if d, known := silenceIn(part, now, sent); known {
			wait, understood = max(wait, d), true
		}
	}
	switch {
	case !understood:
		return 0, "a Retry-After that is neither a number of seconds nor a date"
	case wait > maxRetryAfter:
		return maxRetryAfter, "a Retry-After of more than an hour, of which an hour is kept"
	default:
		return max(wait, 0), ""
	}
}

// retryDate matches the dates of RFC 9110 §5.6.7 that have a comma.
var retryDate = regexp.MustCompile(`(?i)[a-z]{3,9}, \d{1,2}[ -][a-z]{3}[ -]\d{2,4} \d{2}:\d{2}:\d{2} ?(?:[a-z]+|[+-]\d{4})?`)

// retryParts are the values of a list, dates among them.
func retryParts(value string) []string {
	parts := retryDate.FindAllString(value, -1)
	for part := range strings.SplitSeq(retryDate.ReplaceAllString(value, ""), ",") {
		part, _, _ = strings.Cut(part, ";") // parameters, or a comment
		if part = strings.Trim(strings.TrimSpace(part), "\"'+"); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// retryNumber is a number with or without a unit.
var retryNumber = regexp.MustCompile(`(?i)^(\d+(?:\.\d*)?|\.\d+)\s*(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?)?$`)

// retryUnits are units by how they begin, the longer ones first.
var retryUnits = []struct {
	start string
	unit  time.Duration
}{
	{"ms", time.Millisecond}, {"milli", time.Millisecond}, {"s", time.Second}, {"m", time.Minute}, {"h", time.Hour}, {"", time.Second},
}

// sinceEpoch is from where on a number is a time since 1970, in seconds.
const sinceEpoch = 1e9

// silenceIn reads one value. sent is the server's own time, zero if it does not tell.
func silenceIn(value string, now, sent time.Time) (time.Duration, bool) {
	if found := retryNumber.FindStringSubmatch(value); found != nil {
		number, _ := strconv.ParseFloat(found[1], 64)
		switch {
		case found[2] == "" && number >= sinceEpoch && number < 10*sinceEpoch:
			return silenceUntil(time.Unix(int64(number), 0), now, sent), true
		case found[2] == "" && number >= 1000*sinceEpoch && number < 10_000*sinceEpoch:
			return silenceUntil(time.UnixMilli(int64(number)), now, sent), true
		}
		return roundedUp(number, unitOf(found[2])), true
	}
	if d, known := durationIn(value); known {
		return d, true
	}
	if date := dateIn(value); !date.IsZero() {
		return silenceUntil(date, now, sent), true
	}
	return 0, false
}

// retryClock is a duration as clocks show it: "00:01:30".
var retryClock = regexp.MustCompile(`^(\d{1,4}):([0-5]\d):([0-5]\d)(?:\.\d+)?$`)

// durationIn reads a duration of several numbers: "1m30s", "1 min 30 s", "PT1M30S", "P1D",
// "00:01:30".
func durationIn(value string) (time.Duration, bool) {
	if found := retryClock.FindStringSubmatch(value); found != nil {
		value = found[1] + "h" + found[2] + "m" + found[3] + "s"
	}
	text := strings.Join(strings.Fields(strings.ToLower(value)), "")
	if days, rest, found := strings.Cut(strings.TrimPrefix(text, "p"), "d"); found && days != "" && strings.Trim(days, "0123456789") == "" && strings.HasPrefix(text, "p") {
		return maxRetryAfter + 1, strings.Trim(rest, "t0123456789hms.") == "" && strings.Trim(days, "0") != ""
	}
	text = retryWord.ReplaceAllStringFunc(text, func(word string) string { return word[:1] })
	d, err := time.ParseDuration(strings.TrimPrefix(text, "pt"))
	return d, err == nil && d >= 0
}

// retryWord is a unit in letters that is shortened to its first one.
var retryWord = regexp.MustCompile(`hours?|hrs?|minutes?|mins?|seconds?|secs?`)

func unitOf(word string) time.Duration {
	for _, u := range retryUnits {
		if strings.HasPrefix(strings.ToLower(word), u.start) {
			return u.unit
		}
	}
	return time.Second
}

// roundedUp is so many units in whole seconds; more than maxRetryAfter is one more.
func roundedUp(number float64, unit time.Duration) time.Duration {
	if number*unit.Seconds() > maxRetryAfter.Seconds() {
		return maxRetryAfter + 1
	}
	d := time.Duration(number * float64(unit))
	return (d + time.Second - 1).Truncate(time.Second)
}

// silenceUntil is how long it is to a date. Our clock may be wrong, and so may the one
// that set the header Date, or a cache kept it: the shorter of both counts, where it is
// one that can be meant.
func silenceUntil(date, now, sent time.Time) time.Duration {
	ours := date.Sub(now)
	if sent.IsZero() {
		return ours
	}
	theirs := date.Sub(sent)
	meant := func(d time.Duration) bool { return d > 0 && d <= maxRetryAfter }
	switch {
	case meant(ours) && meant(theirs):
		return min(ours, theirs)
	case meant(theirs):
		return theirs
	case meant(ours):
		return ours
	default:
		return max(ours, theirs)
	}
}
