package fake_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/contract"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// clock is virtual time: waiting is what lets it pass. A deadline set by
// giveUpAfter ends a wait as a client's deadline would.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	limit time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (c *clock) giveUpAfter(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.limit = c.now.Add(d)
}

func (c *clock) Sleep(_ context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if end := c.now.Add(d); !c.limit.IsZero() && end.After(c.limit) {
		c.now = c.limit
		c.limit = time.Time{}
		return context.DeadlineExceeded
	}
	c.now = c.now.Add(d)
	return nil
}

// caller speaks to a server as a client would, and has every answer held
// against the description of the API.
type caller struct {
	*GomegaWithT
	server *fake.Server
	clock  *clock
	client *http.Client
	base   string
	token  string
}

// reply is an answer, or why there is none.
type reply struct {
	Status int
	Header http.Header
	Body   string
	Err    error // of the call, or of reading the body
}

// call is in process and in virtual time, logged in.
func call(t *testing.T, options fake.Options) *caller {
	t.Helper()
	c := &caller{GomegaWithT: NewWithT(t), clock: newClock(), base: "http://seller.example"}
	options.Now, options.Sleep = c.clock.Now, c.clock.Sleep
	c.server = newServer(t, options)
	c.client = &http.Client{Transport: held(t, c.server.RoundTripper()), CheckRedirect: noRedirect}
	c.login()
	return c
}

// callOnSocket is on a real connection and the real clock, logged in.
func callOnSocket(t *testing.T, options fake.Options) *caller {
	t.Helper()
	c := &caller{GomegaWithT: NewWithT(t)}
	c.server = newServer(t, options)
	var err error
	c.base, err = c.server.Start()
	c.Expect(err).NotTo(HaveOccurred())
	t.Cleanup(func() { c.Expect(c.server.Close()).To(Succeed()) })
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	c.client = &http.Client{Transport: held(t, transport), CheckRedirect: noRedirect}
	c.login()
	return c
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func newServer(t *testing.T, options fake.Options) *fake.Server {
	t.Helper()
	server, err := fake.New(options)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	return server
}

// described is read once: it is the same for all tests.
var described = sync.OnceValues(contract.New)

// held fails the test on answers that the description does not know. Requests
// are wrong on purpose in many tests, and spoilt answers say so.
func held(t *testing.T, next http.RoundTripper) http.RoundTripper {
	t.Helper()
	description, err := described()
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	return description.RoundTripper(unspoilt{next}, func(v contract.Violation) {
		if v.Side == contract.Answer {
			t.Errorf("the answer breaks the contract: %v", v)
		}
	})
}

// unspoilt hides spoilt answers from the contract behind a cut at the end of
// the body, which reading the reply takes for its end.
type unspoilt struct{ next http.RoundTripper }

var errSpoilt = errors.New("spoilt on purpose")

func (u unspoilt) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := u.next.RoundTrip(r)
	if err == nil && r.Context().Value(spoilt{}) != nil {
		response.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(response.Body, broken{}), response.Body}
	}
	return response, err
}

type spoilt struct{}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errSpoilt }

func (c *caller) login() {
	answer := c.logInAs(fake.DefaultUsername, fake.DefaultPassword)
	c.Expect(answer.Err).NotTo(HaveOccurred())
	if answer.Status == http.StatusOK {
		c.token = answer.object(c)["access_token"].(string)
	}
}

func (c *caller) logInAs(username, password string) reply {
	return c.tokenRequest(fake.DefaultClientID, fake.DefaultClientSecret,
		"grant_type=password&scope=api&username="+username+"&password="+password)
}

func (c *caller) tokenRequest(client, secret, form string) reply {
	r := c.request(context.Background(), http.MethodPost, "/connect/token", nil)
	r.Body = io.NopCloser(strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(client, secret)
	return c.do(r)
}

func (c *caller) request(ctx context.Context, method, path string, body any) *http.Request {
	var content io.Reader
	if body != nil {
		text, isText := body.(string)
		if !isText {
			data, err := json.Marshal(body)
			c.Expect(err).NotTo(HaveOccurred())
			text = string(data)
		}
		content = bytes.NewBufferString(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, content)
	c.Expect(err).NotTo(HaveOccurred())
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	return r
}

func (c *caller) do(r *http.Request) reply {
	response, err := c.client.Do(r)
	if err != nil {
		return reply{Err: err}
	}
	defer func() { c.Expect(response.Body.Close()).To(Succeed()) }()
	body, err := io.ReadAll(response.Body)
	if errors.Is(err, errSpoilt) {
		err = nil
	}
	return reply{Status: response.StatusCode, Header: response.Header, Body: string(body), Err: err}
}

const brokersPath = "/api/sellers/" + fake.DefaultSellerID + "/brokers"
const resellersPath = "/api/sellers/" + fake.DefaultSellerID + "/resellers"

func (c *caller) send(method, path string, body any) reply {
	return c.do(c.request(context.Background(), method, path, body))
}

// sendSpoilt expects an answer that the contract would not allow.
func (c *caller) sendSpoilt(method, path string, body any) reply {
	return c.do(c.request(context.WithValue(context.Background(), spoilt{}, true), method, path, body))
}

func (c *caller) get(id string) reply { return c.send(http.MethodGet, brokersPath+"/"+id, nil) }
func (c *caller) post(body any) reply { return c.send(http.MethodPost, brokersPath, body) }
func (c *caller) put(id string, body any) reply {
	return c.send(http.MethodPut, brokersPath+"/"+id, body)
}
func (c *caller) delete(id string) reply { return c.send(http.MethodDelete, brokersPath+"/"+id, nil) }

// listed are the ids of the list in its bare form.
func (c *caller) listed() []string {
	answer := c.send(http.MethodGet, brokersPath, nil)
	c.Expect(answer.Status).To(Equal(http.StatusOK))
	return ids(answer.array(c))
}

func ids(entries []any) []string {
	list := []string{}
	for _, entry := range entries {
		list = append(list, fmt.Sprint(entry.(map[string]any)["id"]))
	}
	return list
}

// created makes a broker and returns its id, whatever the answer showed.
func (c *caller) created(change ...func(map[string]any)) string {
	c.Expect(c.post(body(change...)).Status).To(Equal(http.StatusCreated))
	brokers := c.server.Brokers()
	return brokers[len(brokers)-1].ID
}

func (r reply) object(c *caller) map[string]any {
	var value map[string]any
	c.Expect(json.Unmarshal([]byte(r.Body), &value)).To(Succeed(), "body: %s", r.Body)
	return value
}

func (r reply) array(c *caller) []any {
	var value []any
	c.Expect(json.Unmarshal([]byte(r.Body), &value)).To(Succeed(), "body: %s", r.Body)
	return value
}

// body is a complete broker, as a request has it.
func body(change ...func(map[string]any)) map[string]any {
	b := map[string]any{
		"name": "ABCDEF Company", "registrationNumber": "123456789", "vat": "987654321", "domain": "abcdef.example",
		"notificationEmail": "notify@abcdef.example", "supportEmail": "support@abcdef.example",
		"contact": map[string]any{
			"name": "John", "jobTitle": "Admin", "email": "john@abcdef.example",
			"phonePrefix": "372", "phone": "53564558", "cellPhonePrefix": "372", "cellPhone": "53564558",
		},
		"address":          map[string]any{"address": "123 Dolphin Street", "postalCode": "123456", "city": "Tallinn", "countryCode": "EE"},
		"invoiceContact":   map[string]any{"name": "John Doe", "email": "invoice@abcdef.example", "phonePrefix": "372", "phone": "53564558"},
		"customProperties": []any{map[string]any{"id": "segment", "value": "gold"}},
		"allowCmpAccess":   true,
	}
	for _, c := range change {
		c(b)
	}
	return b
}

func with(field string, value any) func(map[string]any) {
	return func(b map[string]any) { b[field] = value }
}

func without(field string) func(map[string]any) {
	return func(b map[string]any) { delete(b, field) }
}

func within(object, field string, value any) func(map[string]any) {
	return func(b map[string]any) { b[object].(map[string]any)[field] = value }
}

// portal is a broker as somebody makes it in the portal.
func portal(name string) fake.Broker {
	return fake.Broker{Name: name, RegistrationNumber: "R-" + name, Domain: name + ".example"}
}
