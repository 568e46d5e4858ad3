package cloudmore

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestRetryAfter is the table of what servers write there, what is taken of it, and what
// the user reads where that is not what it says.
func TestRetryAfter(t *testing.T) {
	now := newClock().Now() // 2026-03-01T12:00:00Z, a Sunday
	const capped, strange = "of which an hour is kept", "neither a number of seconds nor a date"
	const at30 = "Sun, 01 Mar 2026 12:00:30 GMT"
	for _, row := range []struct {
		name  string
		value []string
		date  string // the header Date
		want  time.Duration
		word  string // "": none
	}{
		{"nothing", nil, "", 0, ""},
		{"an empty value", []string{""}, "", 0, ""},
		{"0", []string{"0"}, "", 0, ""},
		{"seconds", []string{"120"}, "", 2 * time.Minute, ""},
		{"seconds in spaces", []string{" 5 "}, "", 5 * time.Second, ""},
		{"seconds in quotes", []string{`"5"`}, "", 5 * time.Second, ""},
		{"a fraction", []string{"1.5"}, "", 2 * time.Second, ""},
		{"a small fraction", []string{".1"}, "", time.Second, ""},
		{"a fraction that is none", []string{"30.0"}, "", 30 * time.Second, ""},
		{"a unit", []string{"5s"}, "", 5 * time.Second, ""},
		{"a unit in words", []string{"5 seconds"}, "", 5 * time.Second, ""},
		{"milliseconds", []string{"1500ms"}, "", 2 * time.Second, ""},
		{"minutes", []string{"2m"}, "", 2 * time.Minute, ""},
		{"minutes in words", []string{"2 Minutes"}, "", 2 * time.Minute, ""},
		{"an hour", []string{"1h"}, "", time.Hour, ""},
		{"minutes and seconds", []string{"1m30s"}, "", 90 * time.Second, ""},
		{"a duration of ISO 8601", []string{"PT1M30S"}, "", 90 * time.Second, ""},
		{"a list", []string{"120, 60"}, "", 2 * time.Minute, ""},
		{"two headers", []string{"60", "120"}, "", 2 * time.Minute, ""},
		{"a list with a word", []string{"soon, 60"}, "", time.Minute, ""},
		{"a list with a date", []string{at30 + ", 60"}, "", time.Minute, ""},
		{"two dates", []string{at30 + ", Sun, 01 Mar 2026 12:00:45 GMT"}, "", 45 * time.Second, ""},
		{"two hours", []string{"7200"}, "", time.Hour, capped},
		{"two hours in words", []string{"2 hours"}, "", time.Hour, capped},
		{"a number beyond all time", []string{strings.Repeat("9", 400)}, "", time.Hour, capped},
		{"a time since 1970", []string{"1772366430"}, "", 30 * time.Second, ""},
		{"a time since 1970 that was", []string{"1772366300"}, "", 0, ""},
		{"a date", []string{at30}, "", 30 * time.Second, ""},
		{"a date that was", []string{"Sun, 01 Mar 2026 11:00:00 GMT"}, "", 0, ""},
		{"a date of RFC 850", []string{"Sunday, 01-Mar-26 12:01:00 GMT"}, "", time.Minute, ""},
		{"a date of asctime", []string{"Sun Mar  1 12:00:30 2026"}, "", 30 * time.Second, ""},
		{"a date of ISO 8601", []string{"2026-03-01T12:00:30Z"}, "", 30 * time.Second, ""},
		{"a date tomorrow", []string{"Mon, 02 Mar 2026 12:00:30 GMT"}, "", time.Hour, capped},
		{"a date beside the server's right time", []string{at30}, "Sun, 01 Mar 2026 12:00:00 GMT", 30 * time.Second, ""},
		{"a date by a clock that is years behind", []string{"Mon, 01 Jan 2024 00:00:45 GMT"}, "Mon, 01 Jan 2024 00:00:00 GMT", 45 * time.Second, ""},
		{"a date by a clock that is minutes ahead", []string{"Sun, 01 Mar 2026 12:20:45 GMT"}, "Sun, 01 Mar 2026 12:20:00 GMT", 45 * time.Second, ""},
		{"a date by a clock that is minutes behind", []string{"Sun, 01 Mar 2026 11:40:45 GMT"}, "Sun, 01 Mar 2026 11:40:00 GMT", 45 * time.Second, ""},
		{"a date beside a Date of 1970", []string{at30}, "Thu, 01 Jan 1970 00:00:00 GMT", 30 * time.Second, ""},
		{"a date beside a Date that a cache kept", []string{at30}, "Sun, 01 Mar 2026 11:45:00 GMT", 30 * time.Second, ""},
		{"a date beside a Date of next year", []string{at30}, "Mon, 01 Mar 2027 12:00:00 GMT", 30 * time.Second, ""},
		{"a date beside a Date that is none", []string{at30}, "yesterday", 30 * time.Second, ""},
		{"two dates far from each other and from us", []string{"Fri, 01 Jan 2100 00:00:00 GMT"}, "Mon, 01 Jan 2024 00:00:00 GMT", time.Hour, capped},
		{"a time span as .NET writes it", []string{"00:01:30"}, "", 90 * time.Second, ""},
		{"a time span with a fraction", []string{"00:00:30.5"}, "", 30 * time.Second, ""},
		{"a day of ISO 8601", []string{"P1D"}, "", time.Hour, capped},
		{"a duration in words", []string{"1 min 30 sec"}, "", 90 * time.Second, ""},
		{"hours and minutes in words", []string{"0 hours 2 minutes"}, "", 2 * time.Minute, ""},
		{"milliseconds since 1970", []string{"1772366430000"}, "", 30 * time.Second, ""},
		{"a parameter", []string{"30; jitter=5"}, "", 30 * time.Second, ""},
		{"a sign", []string{"+30"}, "", 30 * time.Second, ""},
		{"a date with a zone in numbers", []string{"Sun, 01 Mar 2026 14:00:30 +0200"}, "", 30 * time.Second, ""},
		{"a date without a zone", []string{"2026-03-01 12:00:30"}, "", 30 * time.Second, ""},
		{"a time of the day", []string{"12:00"}, "", 0, strange},
		{"a clock that is none", []string{"00:99:00"}, "", 0, strange},
		{"a negative number", []string{"-5"}, "", 0, strange},
		{"a negative duration", []string{"-5s"}, "", 0, strange},
		{"a word", []string{"soon"}, "", 0, strange},
		{"no number", []string{"NaN"}, "", 0, strange},
		{"an infinite number", []string{"Inf"}, "", 0, strange},
		{"a number in another base", []string{"0x10"}, "", 0, strange},
		{"a unit that nobody knows", []string{"5 fortnights"}, "", 0, strange},
	} {
		t.Run(row.name, func(t *testing.T) {
			header := http.Header{"Retry-After": row.value}
			if row.date != "" {
				header.Set("Date", row.date)
			}
			got, word := retryAfter(header, now)
			if got != row.want || !strings.Contains(word, row.word) || (word == "") != (row.word == "") {
				t.Errorf("it is %v (%s), not %v", got, word, row.want)
			}
		})
	}
}

func TestAPauseThatIsNotKeptIsSaid(t *testing.T) {
	for value, want := range map[string]string{
		"soon":  "HTTP 429 Too Many Requests, with a Retry-After that is neither a number of seconds nor a date",
		"86400": "HTTP 429 Too Many Requests, with a Retry-After of more than an hour, of which an hour is kept",
		"1.5":   "HTTP 429 Too Many Requests",
	} {
		client := serve(t, says(http.StatusTooManyRequests, http.Header{"Retry-After": {value}}, ""))
		if f := failed(t, list(t, client)); f.Reason != want {
			t.Errorf("Retry-After %q is said as %q", value, f.Reason)
		}
	}
}
