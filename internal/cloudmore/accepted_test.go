package cloudmore

import (
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

// TestAcceptedUntilItChanges holds what a user called right of a list, as the list goes on
// to say this and that: "accept" represents the user, "restart" for another process.
func TestAcceptedUntilItChanges(t *testing.T) {
	const whole, refused = "whole", "refused"
	for name, row := range map[string][][2]string{
		"holds over restarts": {
			{`"total":3`, refused}, {"accept", ""}, {`"total":3`, whole}, {"restart", ""}, {`"total":3`, whole},
		},
		"is lost with a process that read no list since": {
			{`"total":3`, refused}, {"accept", ""}, {"restart", ""}, {`"total":3`, refused},
		},
		"is of this announcement": {
			{"accept", ""}, {`"total":3`, whole}, {`"total":4`, refused}, {`"hasMore":true`, refused}, {`"total":3`, whole},
		},
		"ends with a list that announces nothing": {
			{"accept", ""}, {`"total":3`, whole}, {`"total":2`, whole}, {`"total":3`, refused}, {"restart", ""}, {`"total":3`, refused},
		},
		"is not for a list to come": {
			{"accept", ""}, {`"total":2`, whole}, {`"total":3`, refused},
		},
		"is of the beginning and of the end": {
			{"accept", ""}, {`"offset":5,"total":9`, whole}, {`"offset":5,"total":9`, whole}, {`"total":9`, whole}, {`"offset":5,"total":9`, refused},
			{"accept", ""}, {`"offset":5,"total":9`, whole}, {"restart", ""}, {`"offset":5,"total":9`, whole},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var said atomic.Value
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				says(http.StatusOK, nil, `{"items":[{"id":"a"},{"id":"b"}],`+said.Load().(string)+`}`)(w, r)
			})
			news := 0
			changed := func() { news++ }
			client.announcements = NewAnnouncements(changed)
			for i, step := range row {
				switch step[0] {
				case "accept":
					client.announcements.Accept()
					continue
				case "restart":
					stored := client.announcements.Accepted()
					client.announcements = NewAnnouncements(changed)
					client.announcements.Recall(stored)
					continue
				}
				said.Store(step[0])
				before, told := client.announcements.Accepted(), news
				_, err := client.List(t.Context())
				if is := map[bool]string{true: whole, false: refused}[err == nil]; is != step[1] {
					t.Errorf("step %d, %s: %s (%v)", i, step[0], is, err)
				}
				if after := client.announcements.Accepted(); !slices.Equal(before, after) != (news > told) {
					t.Errorf("step %d: %s became %s, and %d news were told", i, strings.Join(before, "; "), strings.Join(after, "; "), news-told)
				}
				client.announcements.Recall(before) // a status that was not written yet ends nothing
			}
		})
	}
}
