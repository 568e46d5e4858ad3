package cloudmore

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// Create makes a broker by one POST, which is never repeated. A 201 whose id
// can't be told gives a broker without ID and no error: it was made. The error
// is a *broker.Failure: Ambiguous unless the request was provably not sent
// (NotSent) or the API itself refused it.
func (c *Client) Create(ctx context.Context, want broker.Broker) (broker.Broker, error) {
	var made broker.Broker
	return result(&made, c.call(ctx, &request{
		op: OpCreate, method: http.MethodPost, url: c.base + "/brokers", body: c.createBody(&want),
		accept: []int{http.StatusOK, http.StatusCreated, http.StatusNoContent}, limit: maxBodyBytes,
		read: func(a *answer) (problem string) {
			made, problem = c.created(a)
			return problem
		},
	}))
}

// Get reads one broker, with Detail. The error is a *broker.Failure: NotFound
// only where the API itself says so; an answer about another broker is
// Ambiguous.
func (c *Client) Get(ctx context.Context, id broker.ID) (broker.Broker, error) {
	if failure := checkID(OpGet, id); failure != nil {
		return broker.Broker{}, failure
	}
	var found broker.Broker
	return result(&found, c.call(ctx, &request{
		op: OpGet, method: http.MethodGet, url: c.brokerURL(id),
		accept: []int{http.StatusOK}, limit: maxBodyBytes, about: id,
		read: func(a *answer) (problem string) {
			found, problem = c.detail(a)
			return problem
		},
	}))
}

// Listing is the list of all brokers.
type Listing struct {
	// Brokers have no Extra and no Raw properties, and Detail only where they show every
	// required field.
	Brokers []broker.Broker
	// Unreadable are the entries that can't be told apart as brokers.
	Unreadable []broker.Unreadable
	// Heeded says that a user's word on what the list announces was put to use for it.
	Heeded bool
}

// List reads all brokers of the seller, ServiceBrokers included, over as many
// pages as there are. A list that is not provably whole is an error, a
// *broker.Failure, unless a user accepted what it announces; so is a 404, which
// never means none.
func (c *Client) List(ctx context.Context) (Listing, error) {
	r := c.newRoll()
	heeded, failure := c.list(ctx, OpList, c.base+"/brokers", r.take)
	if failure != nil {
		return Listing{}, failure
	}
	r.Heeded = heeded
	return r.Listing, nil
}

// Update replaces all fields of a broker by a PUT, which is sent once more where
// the API refuses members that it showed itself (see Members): want is the whole broker,
// those fields included that somebody else manages. It returns what the API
// shows afterwards, or a broker with only the ID where it shows nothing. The
// error is a *broker.Failure.
func (c *Client) Update(ctx context.Context, id broker.ID, want broker.Broker) (broker.Broker, error) {
	if failure := checkID(OpUpdate, id); failure != nil {
		return broker.Broker{}, failure
	}
	var now broker.Broker
	want.ID = id
	return result(&now, c.put(ctx, &want, func(a *answer) (problem string) {
		now, problem = c.updated(a, id)
		return problem
	}))
}

// Delete asks for a broker to be deleted; a nil error says that the API took
// the order, not that the broker is gone. The error is a *broker.Failure, of
// class NotFound where the API knows no such broker.
func (c *Client) Delete(ctx context.Context, id broker.ID) error {
	if failure := checkID(OpDelete, id); failure != nil {
		return failure
	}
	failure := c.call(ctx, &request{
		op: OpDelete, method: http.MethodDelete, url: c.brokerURL(id),
		accept: []int{http.StatusOK, http.StatusAccepted, http.StatusNoContent}, limit: maxBodyBytes,
		read: readable,
	})
	if failure != nil {
		return failure
	}
	return nil
}

// Activated are the resellers that have activated services of the seller.
type Activated struct {
	IDs []broker.ID
	// Unreadable is how many entries name none: each may be any reseller.
	Unreadable int
}

// ActiveResellers lists them; a reseller may have a row for each service. The error is a
// *broker.Failure, as of List.
func (c *Client) ActiveResellers(ctx context.Context) (Activated, error) {
	found, seen := Activated{}, map[broker.ID]bool{}
	_, failure := c.list(ctx, OpActiveResellers, c.base+"/resellers", func(_, _ int, entry []byte) string {
		ids := activeIDs(entry)
		if len(ids) == 0 {
			found.Unreadable++
		}
		for _, id := range ids {
			if !seen[id.Key()] {
				seen[id.Key()] = true
				found.IDs = append(found.IDs, id)
			}
		}
		return ""
	})
	if failure != nil {
		return Activated{}, failure
	}
	return found, nil
}

// ActiveReseller reports whether a reseller has activated services of the
// seller: a 404 of the API itself is no. The error is a *broker.Failure.
func (c *Client) ActiveReseller(ctx context.Context, id broker.ID) (bool, error) {
	if failure := checkID(OpActiveReseller, id); failure != nil {
		return false, failure
	}
	failure := c.call(ctx, &request{
		op: OpActiveReseller, method: http.MethodGet, url: c.base + "/resellers/" + url.PathEscape(string(id)),
		accept: []int{http.StatusOK}, limit: maxBodyBytes, about: id, read: readable,
	})
	switch {
	case failure == nil:
		return true, nil
	case failure.Class == broker.NotFound:
		return false, nil
	default:
		return false, failure
	}
}

// Login fetches a token unless there is one. The error is a *broker.Failure:
// Unauthorized when the credentials were refused, now or before.
func (c *Client) Login(ctx context.Context) error {
	if _, failure := c.tokens.current(ctx); failure != nil {
		return failure
	}
	return nil
}

func (c *Client) brokerURL(id broker.ID) string {
	return c.base + "/brokers/" + url.PathEscape(string(id))
}

// result is what was read, or the failure; a nil *broker.Failure is no error.
func result(read *broker.Broker, failure *broker.Failure) (broker.Broker, error) {
	if failure != nil {
		return broker.Broker{}, failure
	}
	return *read, nil
}

// readable accepts an answer that is empty or JSON, whatever it says.
func readable(a *answer) string {
	if len(a.body) > 0 && !a.json() {
		return reasonNotJSON
	}
	return ""
}

// plainWord is what an API says in place of JSON when it means yes.
var plainWord = regexp.MustCompile(`^[\p{L}\p{N} .,!_-]{1,64}$`)

// word reports whether a body is a word or two, says yes, and is no page.
func (a *answer) word() bool {
	return plainWord.Match(a.body) && !fails(string(a.body)) && !strings.HasPrefix(strings.ToLower(a.header.Get("Content-Type")), "text/html")
}
