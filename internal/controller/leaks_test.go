package controller_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.uber.org/zap/zapcore"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
	"github.com/reseller-operator/reseller-operator/internal/controller"
	"github.com/reseller-operator/reseller-operator/internal/says"
	"github.com/reseller-operator/reseller-operator/internal/traces"
)

// tell is a world whose account says back all that it has ever heard, and of which all is
// kept that the operator tells.
type tell struct {
	*world
	spans *tracetest.InMemoryExporter

	mu      sync.Mutex
	log     bytes.Buffer
	values  []string // of fields
	secrets []string
	spoils  func(*http.Request) bool
	status  int
	spoilt  int
}

// Write keeps the log.
func (t *tell) Write(text []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.log.Write(text)
}

// ServeHTTP is Cloudmore, or what speaks in its place.
func (t *tell) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if t.saysAll(w, r) {
		return
	}
	answer := httptest.NewRecorder()
	t.api.ServeHTTP(answer, r)
	var granted struct {
		Token string `json:"access_token"`
	}
	if json.Unmarshal(answer.Body.Bytes(), &granted) == nil && granted.Token != "" {
		t.hears(granted.Token)
	}
	for name, value := range answer.Header() {
		w.Header()[name] = value
	}
	w.WriteHeader(answer.Code)
	_, _ = io.Copy(w, answer.Body)
}

// saysAll answers a call that is to be spoilt, and reports whether it is one.
func (t *tell) saysAll(w http.ResponseWriter, r *http.Request) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.spoils == nil || !t.spoils(r) {
		return false
	}
	t.spoilt++
	said := slices.Concat(t.secrets, t.values)
	w.WriteHeader(t.status)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"error": "invalid_grant", "error_description": strings.Join(said, " "), "message": strings.Join(said, " "),
		"Contact.Phone": said, strings.Join(said, " "): []string{"is not valid"},
	})
	return true
}

// hears has a secret be one that Cloudmore will have heard.
func (t *tell) hears(secret string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.secrets = append(t.secrets, secret)
}

// spoil has calls answered with a status and all that was heard; nil ends that.
func (t *tell) spoil(status int, calls func(*http.Request) bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.status, t.spoils, t.spoilt = status, calls, 0
}

func (t *tell) wasSpoilt() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.spoilt > 0
}

// brokerCall are calls of a method about brokers.
func brokerCall(method string) func(*http.Request) bool {
	return func(r *http.Request) bool { return r.Method == method && strings.Contains(r.URL.Path, "/brokers") }
}

func isLogin(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/token") }

// full has a value in every field of the table, and remembers all of them. The identity stays.
func (t *tell) full(mark string, digit int) func(*v1alpha1.ResellerSpec) {
	GinkgoHelper()
	spec := v1alpha1.ResellerSpec{}
	text := fmt.Sprintf(`{"name": "Nameof %[1]s", "registrationNumber": "regno-kept-1234567", "vat": "vat%[1]s99", "domain": "keptdomain.example",
		"notificationEmail": "notify.%[1]s@mail.example", "supportEmail": "support.%[1]s@mail.example", "allowCmpAccess": true,
		"contact": {"name": "Contact %[1]s", "jobTitle": "Job %[1]s", "email": "contact.%[1]s@mail.example",
			"phonePrefix": "372", "phone": "5310001%[2]d", "cellPhonePrefix": "372", "cellPhone": "5310002%[2]d"},
		"address": {"address": "Street %[1]s", "postalCode": "Postal%[1]s", "city": "City %[1]s", "countryCode": "EE"},
		"invoiceContact": {"name": "Invoice %[1]s", "email": "invoice.%[1]s@mail.example", "phonePrefix": "372", "phone": "5310003%[2]d"},
		"customProperties": [{"id": "segment", "value": "Segment %[1]s"}]}`, mark, digit)
	Expect(json.Unmarshal([]byte(text), &spec)).To(Succeed())
	var tree map[string]any
	Expect(json.Unmarshal([]byte(text), &tree)).To(Succeed())
	for i := range broker.Fields {
		value := any(tree)
		for _, part := range strings.Split(broker.Fields[i].API, ".") {
			value = value.(map[string]any)[part]
		}
		Expect(value).NotTo(BeNil(), "%s has no value here", broker.Fields[i].API)
		if word, is := value.(string); is && len(word) > len("372") { // shorter ones stand everywhere
			t.mu.Lock()
			t.values = append(t.values, word)
			t.mu.Unlock()
		}
	}
	t.mu.Lock()
	t.values = append(t.values, "Segment "+mark)
	t.mu.Unlock()
	return func(s *v1alpha1.ResellerSpec) {
		spec.SellerRef, spec.DriftPolicy = s.SellerRef, s.DriftPolicy
		*s = spec
	}
}

// portal has somebody give the broker other values in every field but its identity.
func (t *tell) portal(r *v1alpha1.Reseller, mark string, digit int) {
	GinkgoHelper()
	other := r.DeepCopy()
	t.full(mark, digit)(&other.Spec)
	text, err := json.Marshal(other.Spec)
	Expect(err).NotTo(HaveOccurred())
	Expect(t.api.Edit(r.Status.BrokerID, func(b *fake.Broker) { Expect(json.Unmarshal(text, b)).To(Succeed()) })).To(Succeed())
}

// edits gives every field another value.
func (t *tell) edits(ctx context.Context, r *v1alpha1.Reseller, mark string, digit int) {
	GinkgoHelper()
	change := t.full(mark, digit)
	edit(ctx, r, func(r *v1alpha1.Reseller) { change(&r.Spec) })
}

func newTell(ctx context.Context) *tell {
	GinkgoHelper()
	t := &tell{
		world: newWorld(ctx, fake.Shapes{ListContent: fake.ListDetail}), spans: tracetest.NewInMemoryExporter(),
		secrets: []string{fake.DefaultPassword, fake.DefaultClientSecret},
	}
	traces.Use(sdktrace.NewTracerProvider(sdktrace.WithSyncer(t.spans)))
	DeferCleanup(func() { traces.Use(nil) })
	front := httptest.NewServer(t)
	DeferCleanup(front.Close)
	t.endpoint = front.URL
	create(ctx, t.secret())
	t.addSeller(ctx, "main")
	startManager(func(o *ctrl.Options, _ *controller.Options) {
		o.Logger = zap.New(zap.WriteTo(t), zap.Level(zapcore.Level(-says.LevelDecision)))
	})
	return t
}

// others are all texts that the operator told but for status.
func (t *tell) others(ctx context.Context) map[string]string {
	GinkgoHelper()
	events, core := &eventsv1.EventList{}, &corev1.EventList{}
	Expect(server.List(ctx, events, client.InNamespace(t.namespace))).To(Succeed())
	Expect(server.List(ctx, core, client.InNamespace(t.namespace))).To(Succeed())
	told, err := json.Marshal([]any{events, core})
	Expect(err).NotTo(HaveOccurred())
	families, err := ctrlmetrics.Registry.Gather()
	Expect(err).NotTo(HaveOccurred())
	var spans strings.Builder
	for _, s := range t.spans.GetSpans() {
		fmt.Fprintln(&spans, s.Name, s.Attributes, s.Events, s.Status, s.Links, s.Resource)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return map[string]string{"log": t.log.String(), "events": string(told), "spans": spans.String(), "metrics": fmt.Sprint(families)}
}

// formsOf are the forms in which a text may come out.
func formsOf(word string) []string {
	return []string{word, strings.ToUpper(word), url.QueryEscape(word), base64.StdEncoding.EncodeToString([]byte(word))}
}

// keeps holds that nothing of that has a secret or a value, and no status a secret.
func (t *tell) keeps(ctx context.Context, status string) {
	GinkgoHelper()
	for name, text := range t.others(ctx) {
		for _, word := range slices.Concat(t.values, t.secrets) {
			for _, form := range formsOf(word) {
				at := strings.Index(text, form)
				Expect(at).To(Equal(-1), "%q is in %s: %s", form, name, text[max(at-200, 0):min(max(at, 0)+200, len(text))])
			}
		}
	}
	for _, secret := range t.secrets {
		for _, form := range formsOf(secret) {
			Expect(strings.Contains(status, form)).To(BeFalse(), "%q is in status", form)
		}
	}
}

// stands is the status of all that is there.
func (t *tell) stands(ctx context.Context) string {
	GinkgoHelper()
	resellers, sellers := &v1alpha1.ResellerList{}, &v1alpha1.SellerList{}
	Expect(server.List(ctx, resellers, client.InNamespace(t.namespace))).To(Succeed())
	Expect(server.List(ctx, sellers, client.InNamespace(t.namespace))).To(Succeed())
	text, err := json.Marshal([]any{resellers, sellers})
	Expect(err).NotTo(HaveOccurred())
	return string(text)
}

var _ = Describe("Logs, events, spans and metrics", func() {
	It("have no secret and no value of a field, over a whole life in which Cloudmore says all of them", func(ctx SpecContext) {
		t := newTell(ctx)
		free := t.reseller("free", t.full("unmanaged", 0))
		t.api.Add(fake.Broker{Name: string(*free.Spec.Name), RegistrationNumber: "regno-free", Domain: "free.example", SupportEmail: string(*free.Spec.SupportEmail)})
		var status []string
		sees := func() { status = append(status, t.stands(ctx)) }

		By("refusing a create, then taking it")
		t.spoil(http.StatusBadRequest, brokerCall(http.MethodPost))
		r := t.reseller("subject", t.full("created", 1))
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonRefused)
		Expect(ready(r).Message).To(ContainSubstring("Nameof created"), "it is shown there what Cloudmore says")
		sees()
		t.spoil(0, nil)
		t.edits(ctx, r, "mended", 2)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)

		By("taking an edit, refusing the next one")
		t.edits(ctx, r, "edited", 3)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		t.spoil(http.StatusBadRequest, brokerCall(http.MethodPut))
		t.edits(ctx, r, "refused", 4)
		awaitReason(ctx, r, v1alpha1.ReasonRefused)
		sees()
		t.spoil(0, nil)
		t.edits(ctx, r, "taken", 5)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)

		By("changing all of it in the portal, to be corrected, and to be left so")
		t.readings(ctx, 2) // else the change could be an own write that came to nothing
		t.portal(r, "portal", 6)
		t.requestReading(ctx)
		Eventually(func() string { return t.at(r).SupportEmail }).WithContext(ctx).Should(Equal("support.taken@mail.example"))
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.DriftPolicy = v1alpha1.DriftReport })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		t.readings(ctx, 2)
		t.portal(r, "reported", 7)
		t.requestReading(ctx)
		awaitReason(ctx, r, v1alpha1.ReasonDriftReported)
		Expect(t.stands(ctx)).To(ContainSubstring("support.reported@mail.example"), "it is shown there what differs")
		sees()

		By("failing: the account, then its login")
		t.spoil(http.StatusServiceUnavailable, brokerCall(http.MethodGet))
		t.requestReading(ctx)
		awaitReason(ctx, t.seller, v1alpha1.ReasonUnreachable)
		sees()
		t.spoil(http.StatusBadRequest, isLogin)
		secret := t.secretNamed("cloudmore-api")
		t.hears("mistyped-password")
		edit(ctx, secret, func(s *corev1.Secret) { s.Data[v1alpha1.SecretKeyPassword] = []byte("mistyped-password") })
		awaitReason(ctx, t.seller, v1alpha1.ReasonCredentialsRejected)
		sees()
		t.spoil(0, nil)
		edit(ctx, secret, func(s *corev1.Secret) { s.Data[v1alpha1.SecretKeyPassword] = []byte(fake.DefaultPassword) })
		awaitReason(ctx, t.seller, v1alpha1.ReasonReady)

		By("refusing the delete, then taking it")
		t.spoil(http.StatusBadRequest, brokerCall(http.MethodDelete))
		remove(ctx, r)
		Eventually(t.wasSpoilt).WithContext(ctx).Should(BeTrue())
		awaitReason(ctx, r, v1alpha1.ReasonRefused)
		sees()
		t.spoil(0, nil)
		annotate(ctx, r, v1alpha1.AnnotationReconcileRequestedAt, fresh())
		awaitGone(ctx, r)

		Eventually(func(g Gomega) { // events come a little later
			events := t.others(ctx)["events"]
			for _, reason := range []string{"Refused", "Updated", "DriftCorrected", "DriftFound", "CredentialsRejected", "Unreachable", "Deleted"} {
				g.Expect(strings.Contains(events, `"reason":"`+reason+`"`)).To(BeTrue(), reason)
			}
		}).WithContext(ctx).Should(Succeed())
		told := t.others(ctx)
		for _, line := range []string{says.LineCall, says.LineDecision, says.LineEffect, says.LineReason} {
			Expect(strings.Contains(told["log"], `"msg":"`+line+`"`)).To(BeTrue(), line)
		}
		Expect(told["spans"]).To(And(ContainSubstring("pass Seller"), ContainSubstring("boundCorrected"), ContainSubstring("PUT /api/sellers/{sellerId}/brokers/{brokerId}")))
		Expect(told["metrics"]).To(ContainSubstring(t.namespace))
		t.keeps(ctx, strings.Join(status, "\n"))
	})
})
