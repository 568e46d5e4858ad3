package cloudmore

import (
	"testing"
	"time"
)

func TestNextLogin(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	at := func(minutes ...float64) []time.Time {
		var all []time.Time
		for _, m := range minutes {
			all = append(all, start.Add(time.Duration(m*float64(time.Minute))))
		}
		return all
	}
	for _, row := range []struct {
		name  string
		tries []time.Time
		haste haste
		want  time.Time
	}{
		{"is at once without earlier ones", nil, patient, time.Time{}},
		{"waits ten seconds after the first", at(0), patient, start.Add(10 * time.Second)},
		{"waits a minute after the second", at(0, 1), patient, at(2)[0]},
		{"waits five minutes after the third", at(0, 1, 2), patient, at(7)[0]},
		{"waits fifteen minutes after the fourth", at(0, 1, 2, 7), patient, at(22)[0]},
		{"waits for the end of the hour after the fifth", at(0, 1, 2, 7, 22), patient, at(60)[0]},
		{"waits fifteen minutes where the hour is over", at(0, 1, 2, 7, 50), patient, at(65)[0]},
		{"is at once for new credentials", at(0, 1, 2, 7), fresh, time.Time{}},
		{"waits for the end of the hour with new credentials, too", at(0, 1, 2, 7, 8), fresh, at(60)[0]},
		{"is at once when a user asks", at(0, 1, 2, 7, 22), urgent, time.Time{}},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := nextLogin(row.tries, row.haste); !got.Equal(row.want) {
				t.Errorf("it is at %v, not %v", got, row.want)
			}
		})
	}
}

func TestWhatRefusesCredentials(t *testing.T) {
	for _, row := range []struct {
		name    string
		status  int
		gateway bool
		code    string
		want    bool
	}{
		{"invalid_grant", 400, false, "invalid_grant", true},
		{"invalid_client with 401", 401, false, "invalid_client", true},
		{"invalid_grant with 403", 403, false, "invalid_grant", true},
		{"the documented 400", 400, false, "", true},
		{"the documented 401", 401, false, "", true},
		{"another code of OAuth with 400", 400, false, "invalid_scope", true},
		{"a code that asks for patience", 400, false, "temporarily_unavailable", false},
		{"the same with 401", 401, false, "slow_down", false},
		{"403 without a code", 403, false, "", false},
		{"400 of a gateway", 400, true, "", false},
		{"401 of a gateway", 401, true, "", false},
		{"invalid_grant in a server's error", 500, false, "invalid_grant", false},
		{"404", 404, false, "", false},
		{"429", 429, false, "", false},
		{"503", 503, false, "", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := refusesCredentials(row.status, row.gateway, row.code); got != row.want {
				t.Errorf("it is %v", got)
			}
		})
	}
}
