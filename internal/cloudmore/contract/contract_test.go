package contract_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/contract"
)

const brokers = "/api/sellers/s/brokers"

// reported collects violations; handlers report from their own goroutines.
type reported struct {
	mu   sync.Mutex
	list []contract.Violation
}

func (r *reported) add(v contract.Violation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, v)
}

func (r *reported) texts() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	texts := []string{}
	for _, v := range r.list {
		texts = append(texts, v.Error())
	}
	return texts
}

// trip is a RoundTripper that answers as told.
type trip func(*http.Request) (*http.Response, error)

func (t trip) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

func answering(status int, contentType, body string) trip {
	return func(r *http.Request) (*http.Response, error) {
		_, err := io.Copy(io.Discard, r.Body)
		return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {contentType}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, err
	}
}

func request(method, path, body string) *http.Request {
	r := httptest.NewRequestWithContext(context.Background(), method, "http://seller.example"+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer token")
	r.Header.Set("Content-Type", "application/json")
	if body == "" {
		r.Body = http.NoBody
		r.ContentLength = 0
		r.Header.Del("Content-Type")
	}
	return r
}

func described(t *testing.T) *contract.Contract {
	t.Helper()
	c, err := contract.New()
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	return c
}

const whole = `{"name":"A","registrationNumber":"1","domain":"a.example","notificationEmail":"a@a.example","supportEmail":"a@a.example",
	"contact":{"name":"A","jobTitle":"A","email":"a@a.example","phonePrefix":"372","phone":"53564558","cellPhonePrefix":"372","cellPhone":"53564558"},
	"address":{"countryCode":"EE"}}`

func TestViolations(t *testing.T) {
	const json = "application/json; charset=utf-8"
	for sentence, row := range map[string]struct {
		request   *http.Request
		answer    trip
		violation string // empty: none
	}{
		"a documented exchange is none":                       {request("POST", brokers, whole), answering(201, json, `{"id":"1"}`), ""},
		"a create may be answered with a bare number":         {request("POST", brokers, whole), answering(201, json, `1001`), ""},
		"a create may be answered with nothing":               {request("POST", brokers, whole), answering(201, "", ``), ""},
		"a gateway may answer anything with 502":              {request("GET", brokers, ""), answering(502, "text/html", `<html>`), ""},
		"a path that the API lacks is one":                    {request("GET", "/api/sellers", ""), answering(404, "", ""), "no matching operation"},
		"a method that the API lacks is one":                  {request("PATCH", brokers+"/1", "{}"), answering(405, "", ""), "method not allowed"},
		"a create without a required field is one":            {request("POST", brokers, strings.Replace(whole, `"name":"A",`, "", 1)), answering(400, json, `{"Name":["required"]}`), `property "name" is missing`},
		"a create with a field that nobody documented is":     {request("POST", brokers, strings.Replace(whole, "{", `{"id":"1",`, 1)), answering(201, json, `"1"`), `property "id" is unsupported`},
		"a prefix with a plus is one":                         {request("POST", brokers, strings.Replace(whole, `"372"`, `"+372"`, 1)), answering(201, json, `"1"`), "phonePrefix"},
		"an update that names the id is one":                  {request("PUT", brokers+"/1", `{"id":"1"}`), answering(204, "", ""), `property "id" is unsupported`},
		"a body with a GET is one":                            {request("GET", brokers, "{}"), answering(200, json, "[]"), "request: "},
		"a broker without an id is one":                       {request("GET", brokers+"/1", ""), answering(200, json, `{"name":"A","vat":null}`), "answer 200: "},
		"a broker with a field of another type is one":        {request("GET", brokers+"/1", ""), answering(200, json, `{"id":"1","name":1}`), "answer 200: "},
		"an empty body where a broker is due is one":          {request("GET", brokers+"/1", ""), answering(200, json, ``), "answer 200: "},
		"a list that is neither array nor page is one":        {request("GET", brokers, ""), answering(200, json, `{"rows":[]}`), "answer 200: "},
		"an error that is in neither documented shape is one": {request("PUT", brokers+"/1", `{}`), answering(400, json, `{"error":"x"}`), "answer 400: "},
		"HTML with a documented status is one":                {request("GET", brokers, ""), answering(404, "text/html", `<html>`), "answer 404: "},
	} {
		t.Run(sentence, func(t *testing.T) {
			g := NewWithT(t)
			var found reported
			response, err := described(t).RoundTripper(row.answer, found.add).RoundTrip(row.request)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(response.Body.Close()).To(Succeed())
			if row.violation == "" {
				g.Expect(found.texts()).To(BeEmpty())
				return
			}
			g.Expect(found.texts()).To(ConsistOf(And(ContainSubstring(row.request.URL.Path), ContainSubstring(row.violation))))
		})
	}
}

func TestAuthenticationIsPartOfTheContract(t *testing.T) {
	const form = "grant_type=password&username=u&password=p&scope=api"
	login := func(change func(*http.Request)) *http.Request {
		r := request("POST", "/connect/token", form)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.SetBasicAuth("ro.customer.client", "secret")
		change(r)
		return r
	}
	withoutToken := request("GET", brokers, "")
	withoutToken.Header.Del("Authorization")
	for sentence, row := range map[string]struct {
		request *http.Request
		keeps   bool
	}{
		"the documented login keeps it":   {login(func(*http.Request) {}), true},
		"a login without Basic breaks it": {login(func(r *http.Request) { r.Header.Set("Authorization", "Bearer t") }), false},
		"a login with another scope breaks it": {login(func(r *http.Request) {
			r.Body = io.NopCloser(strings.NewReader(strings.Replace(form, "=api", "=all", 1)))
		}), false},
		"a login without a password breaks it": {login(func(r *http.Request) {
			r.Body = io.NopCloser(strings.NewReader(strings.Replace(form, "&password=p", "", 1)))
		}), false},
		"a call without a token breaks it": {withoutToken, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			g := NewWithT(t)
			var found reported
			response, err := described(t).RoundTripper(answering(503, "", ""), found.add).RoundTrip(row.request)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(response.Body.Close()).To(Succeed())
			g.Expect(found.texts()).To(HaveLen(map[bool]int{true: 0, false: 1}[row.keeps]))
		})
	}
}

func TestTheRoundTripperChangesNothing(t *testing.T) {
	t.Run("on the way there and back", func(t *testing.T) {
		g := NewWithT(t)
		var sent string
		next := trip(func(r *http.Request) (*http.Response, error) {
			body, err := io.ReadAll(r.Body)
			sent = string(body)
			return &http.Response{StatusCode: 201, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(`"1"`))}, err
		})
		response, err := described(t).RoundTripper(next, func(contract.Violation) {}).RoundTrip(request("POST", brokers, whole))
		g.Expect(err).NotTo(HaveOccurred())
		received, err := io.ReadAll(response.Body)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(sent).To(Equal(whole))
		g.Expect(string(received)).To(Equal(`"1"`))
		g.Expect(response.Body.Close()).To(Succeed())
	})
	t.Run("about an answer that is lost, and still judges the request", func(t *testing.T) {
		g := NewWithT(t)
		var found reported
		lost := errors.New("connection reset")
		response, err := described(t).RoundTripper(trip(func(*http.Request) (*http.Response, error) { return nil, lost }), found.add).RoundTrip(request("POST", brokers, "{}"))
		if response != nil {
			g.Expect(response.Body.Close()).To(Succeed())
		}
		g.Expect(err).To(Equal(lost))
		g.Expect(found.list).To(ConsistOf(And(HaveField("Side", contract.Request), HaveField("Status", 0))))
	})
	t.Run("about an answer that is cut off", func(t *testing.T) {
		g := NewWithT(t)
		var found reported
		cut := trip(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: io.NopCloser(io.MultiReader(strings.NewReader(`{"id`), failing{}))}, nil
		})
		response, err := described(t).RoundTripper(cut, found.add).RoundTrip(request("GET", brokers+"/1", ""))
		g.Expect(err).NotTo(HaveOccurred())
		received, err := io.ReadAll(response.Body)
		g.Expect(err).To(MatchError(io.ErrUnexpectedEOF))
		g.Expect(string(received)).To(Equal(`{"id`))
		g.Expect(found.texts()).To(BeEmpty())
		g.Expect(response.Body.Close()).To(Succeed())
	})
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestHandler(t *testing.T) {
	serve := func(t *testing.T, found *reported, next http.HandlerFunc) *httptest.Server {
		t.Helper()
		server := httptest.NewServer(described(t).Handler(next, found.add))
		t.Cleanup(server.Close)
		return server
	}
	post := func(server *httptest.Server, body string) (*http.Response, error) {
		r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, server.URL+brokers, strings.NewReader(body))
		if err != nil {
			return nil, err
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer token")
		return server.Client().Do(r)
	}
	t.Run("reports both sides and passes both on", func(t *testing.T) {
		g := NewWithT(t)
		var found reported
		server := serve(t, &found, func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(string(body)).To(Equal(`{}`))
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusCreated)
			w.(http.Flusher).Flush()
			_, err = w.Write([]byte(`[]`))
			g.Expect(err).NotTo(HaveOccurred())
		})
		response, err := post(server, `{}`)
		g.Expect(err).NotTo(HaveOccurred())
		received, err := io.ReadAll(response.Body)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(response.Body.Close()).To(Succeed())
		g.Expect(string(received)).To(Equal(`[]`))
		g.Eventually(found.texts).Should(ConsistOf(ContainSubstring("request: "), ContainSubstring("answer 201: ")))
	})
	t.Run("takes a handler that sets no status for 200", func(t *testing.T) {
		g := NewWithT(t)
		var found reported
		response, err := post(serve(t, &found, func(http.ResponseWriter, *http.Request) {}), whole)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(response.Body.Close()).To(Succeed())
		g.Expect(response.StatusCode).To(Equal(http.StatusOK))
	})
	t.Run("judges the request of a handler that aborts", func(t *testing.T) {
		g := NewWithT(t)
		var found reported
		response, err := post(serve(t, &found, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), `{}`)
		if response != nil {
			g.Expect(response.Body.Close()).To(Succeed())
		}
		g.Expect(err).To(HaveOccurred())
		g.Eventually(found.texts).Should(ConsistOf(ContainSubstring("request: ")))
	})
}
