package config_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// parrot is a gateway before the seller API that answers some calls itself: it
// says back whatever it was ever sent, secrets and personal data with the rest.
type parrot struct {
	next http.Handler

	mu     sync.Mutex
	spoils func(*http.Request) bool
	status int
	shape  func(words []string) string
	spoilt int             // answers of this kind so far
	heard  map[string]bool // tokens and fields of logins
}

func (p *parrot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	p.mu.Lock()
	if _, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok {
		p.heard[token] = true
	}
	spoils := p.spoils != nil && p.spoils(r)
	if spoils {
		p.spoilt++
		w.WriteHeader(p.status)
		_, _ = io.WriteString(w, p.shape(p.words(body)))
	}
	p.mu.Unlock()
	if !spoils {
		p.next.ServeHTTP(w, r)
	}
}

// words are what it says back.
func (p *parrot) words(body []byte) []string {
	words := []string{string(body)}
	for _, secret := range p.secrets() {
		words = append(words, secret, url.QueryEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret)), strings.Repeat("x", 180)+secret)
	}
	return append(words, personal...)
}

// secrets are the credentials and every token that was seen.
func (p *parrot) secrets() []string {
	all := []string{fake.DefaultPassword, fake.DefaultClientSecret}
	for token := range p.heard {
		all = append(all, token)
	}
	return all
}

// spoil has it answer calls of a kind until the next word.
func (p *parrot) spoil(status int, shape func([]string) string, calls func(*http.Request) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status, p.shape, p.spoils, p.spoilt = status, shape, calls, 0
}

func (p *parrot) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.spoilt
}

// personal is in the sample of a Reseller.
var personal = []string{"john@abcdef.example", "53564558"}

// The shapes of a refusal that the documentation knows, and what gateways send.
func modelState(words []string) string {
	body, _ := json.Marshal(map[string][]string{"Contact.Phone": words, strings.Join(words[1:], " "): {"is not valid"}})
	return string(body)
}

func errorList(words []string) string {
	var all []map[string]any
	for _, word := range words {
		all = append(all, map[string]any{"errorCode": 5, "errorName": word, "errorMessage": "Invalid value: " + word})
	}
	body, _ := json.Marshal(all)
	return string(body)
}

func page(words []string) string {
	return "<html><title>" + strings.Join(words, "\n") + "</title></html>"
}

func isToken(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/token") }

func by(method string) func(*http.Request) bool {
	return func(r *http.Request) bool { return r.Method == method && !isToken(r) }
}

// leaksNothing drives the manager, which logs all it can, through every kind of
// call and answer, and looks for secrets wherever they could come out.
func (p *process) leaksNothing(ctx context.Context, namespace string) {
	GinkgoHelper()
	t := p.startTalk(ctx, namespace)
	t.spoilEach(ctx, by(http.MethodPost), func(i int) {
		if i == 0 {
			Expect(cluster.Create(ctx, t.reseller)).To(Succeed())
		} else {
			t.ask(ctx)
		}
	})
	t.recover(ctx, t.ready)
	t.spoilEach(ctx, by(http.MethodPut), func(i int) {
		t.patch(ctx, t.reseller, fmt.Sprintf(`{"spec":{"contact":{"phone":"777000%d"}}}`, i))
	})
	t.spoilEach(ctx, by(http.MethodGet), func(int) { t.ask(ctx) })
	t.recover(ctx, t.ready)
	t.spoilEach(ctx, isToken, func(i int) {
		t.patch(ctx, t.secret, fmt.Sprintf(`{"stringData":{"clientID":"client-%d"}}`, i))
	})
	t.parrot.spoil(0, nil, nil)
	t.patch(ctx, t.secret, `{"data":{"clientID":null}}`)
	t.recover(ctx, t.ready)
	t.spoilEach(ctx, by(http.MethodDelete), func(i int) {
		if i == 0 {
			Expect(cluster.Delete(ctx, t.reseller)).To(Succeed())
		} else {
			t.ask(ctx)
		}
	})
	_, metrics := get(Default, "https://"+p.metrics+"/metrics", p.scraper)
	Expect(metrics).To(ContainSubstring("reseller_operator_api_requests_total"))
	t.shows(ctx, []string{string(p.log.Contents()), metrics})
	t.recover(ctx, gone)
}

// talk is a life behind a parrot.
type talk struct {
	*life
	parrot           *parrot
	secret, reseller client.Object
	asked            int
}

func (p *process) startTalk(ctx context.Context, namespace string) *talk {
	GinkgoHelper()
	l := &life{manager: p, namespace: namespace}
	var err error
	l.api, err = fake.New(fake.Options{})
	Expect(err).NotTo(HaveOccurred())
	l.api.Add(fake.Broker{Name: "Somebody else"}) // lists without any broker would not prove that a lost create made none
	inner, err := l.api.Start()
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(l.api.Close)
	behind, err := url.Parse(inner)
	Expect(err).NotTo(HaveOccurred())
	parrot := &parrot{next: httputil.NewSingleHostReverseProxy(behind), heard: map[string]bool{}}
	front := httptest.NewServer(parrot)
	DeferCleanup(front.Close)
	l.endpoint = front.URL
	used, resellers := l.objects()
	creation := &used[1].(*v1alpha1.Seller).Spec.Creation // so that what was refused is soon tried again
	creation.Deadline.Duration, creation.CommitBound.Duration, creation.ListLag.Duration = 2*time.Second, time.Second, time.Second
	for _, obj := range used {
		Expect(cluster.Create(ctx, obj)).To(Succeed())
	}
	return &talk{life: l, parrot: parrot, secret: used[0], reseller: resellers[0]}
}

// spoilEach has calls of a kind answered in each way, one after the other, and
// does what leads to such a call.
func (t *talk) spoilEach(ctx context.Context, calls func(*http.Request) bool, do func(i int)) {
	GinkgoHelper()
	for i, a := range []struct {
		status int
		shape  func([]string) string
	}{{http.StatusBadRequest, modelState}, {http.StatusBadRequest, errorList}, {http.StatusForbidden, errorList}, {http.StatusBadGateway, page}} {
		t.parrot.spoil(a.status, a.shape, calls)
		do(i)
		Eventually(func(g Gomega) { // one that came while an answer was being saved counts as answered by it
			if t.parrot.count() == 0 {
				t.ask(ctx)
			}
			g.Expect(t.parrot.count()).To(BeNumerically(">", 0), "answer %d", i)
		}).WithContext(ctx).WithTimeout(timeout).WithPolling(time.Second).Should(Succeed())
	}
}

// recover ends the spoiling and waits until a statement is true of the Reseller.
func (t *talk) recover(ctx context.Context, statement func(Gomega, client.Object, error)) {
	GinkgoHelper()
	t.parrot.spoil(0, nil, nil)
	t.ask(ctx)
	t.await(ctx, []client.Object{t.reseller}, statement)
}

// ask asks for a look at the Reseller now.
func (t *talk) ask(ctx context.Context) {
	GinkgoHelper()
	t.asked++
	t.patch(ctx, t.reseller, fmt.Sprintf(`{"metadata":{"annotations":{"cloudmore.com/reconcile-requested-at":"%d"}}}`, t.asked))
}

func (t *talk) patch(ctx context.Context, obj client.Object, body string) {
	GinkgoHelper()
	Expect(cluster.Patch(ctx, obj, client.RawPatch(types.MergePatchType, []byte(body)))).To(Succeed())
}

// shows holds that no secret is in what people and machines see, and personal
// data in nothing but status.
func (t *talk) shows(ctx context.Context, others []string) {
	GinkgoHelper()
	events, core := &eventsv1.EventList{}, &corev1.EventList{}
	Expect(cluster.List(ctx, events, client.InNamespace(t.namespace))).To(Succeed())
	Expect(cluster.List(ctx, core, client.InNamespace(t.namespace))).To(Succeed())
	Expect(events.Items).NotTo(BeEmpty())
	for _, list := range []any{events, core} {
		text, err := json.Marshal(list)
		Expect(err).NotTo(HaveOccurred())
		others = append(others, string(text))
	}
	resellers, sellers := &v1alpha1.ResellerList{}, &v1alpha1.SellerList{}
	Expect(cluster.List(ctx, resellers, client.InNamespace(t.namespace))).To(Succeed())
	Expect(cluster.List(ctx, sellers, client.InNamespace(t.namespace))).To(Succeed())
	statuses, err := json.Marshal([]any{resellers, sellers})
	Expect(err).NotTo(HaveOccurred())
	t.parrot.mu.Lock()
	defer t.parrot.mu.Unlock()
	for _, secret := range t.parrot.secrets() {
		for _, form := range []string{secret, url.QueryEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret)), strings.ToUpper(secret)} {
			for _, text := range append(others, string(statuses)) {
				Expect(strings.Contains(text, form)).To(BeFalse(), "%s is shown in %s", form, text)
			}
		}
	}
	for _, word := range personal {
		for _, text := range others {
			Expect(strings.Contains(text, word)).To(BeFalse(), "%s is shown in %s", word, text)
		}
	}
}
