package cloudmore

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

const (
	page    = "<html><body>Bad gateway</body></html>"
	half    = `{"message":`
	message = `{"message":"no"}`
	apiList = `[{"errorCode":5,"errorName":"InvalidValue","errorMessage":"Invalid domain/website:abc"}]`
	states  = `{"Contact.Phone":["Phone number is not in valid format."]}`
)

// TestClasses is the table of what an answer means, by operation.
func TestClasses(t *testing.T) {
	const (
		inv = broker.Invalid
		una = broker.Unauthorized
		fbd = broker.Forbidden
		nfd = broker.NotFound
		thr = broker.Throttled
		off = broker.Unavailable
		amb = broker.Ambiguous
	)
	rows := []struct {
		name       string
		status     int
		body       string
		create     broker.Class
		get        broker.Class
		update     broker.Class
		delete     broker.Class
		documented bool
		answered   bool
	}{
		{"400 with errors is a refusal", 400, apiList, inv, inv, inv, inv, true, true},
		{"400 with model state is a refusal", 400, states, inv, inv, inv, inv, true, true},
		{"400 with nothing is a refusal", 400, "", inv, inv, inv, inv, true, true},
		{"400 with another JSON is a refusal", 400, message, inv, inv, inv, inv, true, true},
		{"400 with JSON that says nothing is a refusal", 400, "[{}]", inv, inv, inv, inv, true, true},
		{"400 with a page is a refusal that a gateway may have made", 400, page, inv, inv, inv, inv, false, false},
		{"400 with text is one, too", 400, "no", inv, inv, inv, inv, false, false},
		{"400 with half a JSON is one, too", 400, half, inv, inv, inv, inv, false, false},
		{"401 is a refusal", 401, "", una, una, una, una, true, true},
		{"401 with JSON is a refusal", 401, message, una, una, una, una, true, true},
		{"401 with a page renews the token, too", 401, page, una, una, una, una, false, false},
		{"402 is a refusal", 402, message, inv, inv, inv, inv, true, true},
		{"403 is a refusal", 403, message, fbd, fbd, fbd, fbd, true, true},
		{"403 with a page is a refusal that a gateway may have made", 403, page, fbd, fbd, fbd, fbd, false, false},
		{"404 refuses a create, else the broker is not there", 404, apiList, inv, nfd, nfd, nfd, true, true},
		{"404 with nothing, too", 404, "", inv, nfd, nfd, nfd, true, true},
		{"404 with a page says nothing of the broker", 404, page, inv, off, off, amb, false, false},
		{"404 with half a JSON says nothing of the broker", 404, half, inv, off, off, amb, false, false},
		{"405 is a refusal for good", 405, "", fbd, fbd, fbd, fbd, true, true},
		{"429 is a refusal for now", 429, "", thr, thr, thr, thr, true, true},
		{"429 with a page may be a gateway's", 429, page, thr, thr, thr, thr, false, false},
		{"408 is no refusal", 408, "", amb, off, off, amb, true, false},
		{"425 is no refusal", 425, "", amb, off, off, amb, true, true},
		{"409 is a refusal", 409, message, inv, inv, inv, inv, true, true},
		{"410 is a 404", 410, message, inv, nfd, nfd, nfd, true, true},
		{"410 with a page says nothing of the broker", 410, page, inv, off, off, amb, false, false},
		{"413 is a refusal", 413, page, inv, inv, inv, inv, false, false},
		{"415 is a refusal", 415, "", inv, inv, inv, inv, true, true},
		{"422 is a refusal", 422, message, inv, inv, inv, inv, true, true},
		{"499 is a refusal that a gateway may have made", 499, "", inv, inv, inv, inv, true, false},
		{"500 has ended the call", 500, "", amb, off, off, amb, true, true},
		{"500 with a page may be a gateway's", 500, page, amb, off, off, amb, false, false},
		{"502 has not ended the call", 502, "", amb, off, off, amb, true, false},
		{"503 has ended the call", 503, message, amb, off, off, amb, true, true},
		{"504 has not ended the call", 504, "", amb, off, off, amb, true, false},
		{"302 is not followed by writes", 302, "", amb, off, off, amb, true, false},
		{"202 is no documented success but of a delete", 202, "", amb, off, amb, 0, true, true},
		{"206 is no success", 206, "", amb, off, amb, amb, true, true},
		{"200 with a page is a gateway's", 200, page, amb, off, amb, amb, false, false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			for op, class := range map[Op]broker.Class{OpCreate: row.create, OpGet: row.get, OpUpdate: row.update, OpDelete: row.delete} {
				client := serve(t, says(row.status, nil, row.body))
				err := operations[op](t.Context(), client)
				if class == 0 {
					if err != nil {
						t.Errorf("%s fails: %v", op, err)
					}
					continue
				}
				f := failed(t, err)
				gateway := row.body == page || row.body == half || row.body == "no"
				if f.Class != class || f.Status != row.status || f.NotSent || f.Gateway != gateway || f.Answered != row.answered || f.Documented != row.documented {
					t.Errorf("%s gives %+v; want class %q, gateway %v, answered %v, documented %v", op, *f, class, gateway, row.answered, row.documented)
				}
			}
		})
	}
}

func TestRetryAfterIsToldWithEveryFailure(t *testing.T) {
	rows := []struct {
		status int
		body   string
		want   map[Op]broker.Class
	}{
		{429, "", map[Op]broker.Class{OpCreate: broker.Throttled, OpList: broker.Throttled, OpUpdate: broker.Throttled, OpDelete: broker.Throttled}},
		{503, "", map[Op]broker.Class{OpCreate: broker.Ambiguous, OpList: broker.Throttled, OpUpdate: broker.Throttled, OpDelete: broker.Ambiguous}},
		{503, page, map[Op]broker.Class{OpCreate: broker.Ambiguous, OpList: broker.Throttled, OpUpdate: broker.Throttled, OpDelete: broker.Ambiguous}},
		{500, "", map[Op]broker.Class{OpCreate: broker.Ambiguous, OpList: broker.Unavailable, OpUpdate: broker.Unavailable, OpDelete: broker.Ambiguous}},
	}
	for _, row := range rows {
		client := serve(t, says(row.status, http.Header{"Retry-After": {"17"}}, row.body))
		for op, class := range row.want {
			if f := failed(t, operations[op](t.Context(), client)); f.Class != class || f.RetryAfter != 17*time.Second {
				t.Errorf("%d to %s gives %q after %v, want %q after 17s", row.status, op, f.Class, f.RetryAfter, class)
			}
		}
	}
}

func TestRetryAfterDateIsByTheServersClock(t *testing.T) {
	client := serve(t, says(http.StatusTooManyRequests, http.Header{
		"Date": {"Mon, 01 Jan 2024 00:00:00 GMT"}, "Retry-After": {"Mon, 01 Jan 2024 00:00:45 GMT"},
	}, ""))
	_, err := client.List(t.Context())
	if f := failed(t, err); f.RetryAfter != 45*time.Second {
		t.Errorf("Retry-After is %v, want 45s", f.RetryAfter)
	}
}

func TestContextsThatEnd(t *testing.T) {
	want := map[Op]broker.Class{
		OpCreate: broker.Ambiguous, OpUpdate: broker.Ambiguous, OpDelete: broker.Ambiguous,
		OpGet: broker.Unavailable, OpList: broker.Unavailable, OpActiveResellers: broker.Unavailable, OpActiveReseller: broker.Unavailable,
	}
	for op, class := range want {
		t.Run(string(op), func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			client := serve(t, func(_ http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body) // else the server does not see the client leave
				cancel()
				<-r.Context().Done()
			})
			if err := client.Login(t.Context()); err != nil {
				t.Fatal(err)
			}
			if f := failed(t, operations[op](ctx, client)); f.Class != class || f.NotSent || f.Answered {
				t.Errorf("cancelled under way, %s gives %+v, want %q", op, f, class)
			}
			if f := failed(t, operations[op](ctx, client)); f.Class != broker.Unavailable || !f.NotSent {
				t.Errorf("cancelled before, %s gives %+v, want Unavailable and NotSent", op, f)
			}
		})
	}
}

func TestNoConnectionMeansNotSent(t *testing.T) {
	client := newClient(t, testConfig("http://"+nobody(t)))
	client.tokens.bearer.token, client.tokens.expires, client.tokens.renew = "t", client.now().Add(time.Hour), client.now().Add(time.Hour)
	for op, call := range operations {
		if op == OpLogin {
			continue
		}
		if f := failed(t, call(t.Context(), client)); f.Class != broker.Unavailable || !f.NotSent || f.Reason != "no connection to the server" {
			t.Errorf("%s gives %+v, want Unavailable and NotSent", op, f)
		}
	}
}

// mute carries no request and tells no trace, as a stranger's carrier may.
type mute struct{}

func (mute) RoundTrip(*http.Request) (*http.Response, error) { return nil, net.ErrClosed }

func TestACarrierThatDoesNotTellIsTakenToHaveSent(t *testing.T) {
	config := testConfig("http://127.0.0.1")
	config.Transport = mute{}
	client := newClient(t, config)
	client.tokens.bearer.token, client.tokens.expires, client.tokens.renew = "t", client.now().Add(time.Hour), client.now().Add(time.Hour)
	_, err := client.Create(t.Context(), acme())
	if f := failed(t, err); f.Class != broker.Ambiguous || f.NotSent {
		t.Errorf("failure is %+v, want Ambiguous", f)
	}
}
