package simulation

import (
	"fmt"
	"strings"
	"time"

	"k8s.io/utils/ptr"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

const (
	// secondSeller leads to the same account as the first one, thirdSeller to another.
	secondSeller = "second"
	thirdSeller  = "third"
	// detailInterval is so short that what changed elsewhere is noticed before the end.
	detailInterval = 4 * time.Minute
	// otherNamespace is another one that uses the same accounts.
	otherNamespace = "other"
)

// shapes draws how the API answers what its documentation leaves open.
//
// How it writes values in its own way, and what it ignores, is drawn apart (drawValues).
// Left out is what no client can handle: identities without leading zeros or with
// prefixes.
func (s *storm) shapes() fake.Shapes {
	shapes := fake.Shapes{
		ListLag: pick(s, 0, 5*time.Second, 25*time.Second), GetLag: s.chance(0.2),
		CreateAnswer: pick(s, fake.CreateBroker, fake.CreateIDObject, fake.CreateBareID, fake.CreateLocation, fake.CreateNothing),
		IDs:          pick(s, fake.IDGUID, fake.IDInteger), ListContent: pick(s, fake.ListSummary, fake.ListDetail),
		DeleteDelay: pick(s, 0, 20*time.Second), DeleteStatus: pick(s, 204, 202), UpdateStatus: pick(s, 200, 204),
		List:  pick(s, fake.ListArray, fake.ListArray, fake.ListItems, fake.ListData, fake.ListValue, fake.ListResults),
		Empty: pick(s, fake.EmptyNull, fake.EmptyString, fake.EmptyOmitted), NullGroups: s.chance(0.2),
		UpdateMerges: s.chance(0.2), Unique: s.chance(0.2), UniqueStatus: pick(s, 409, 422, 400),
		ErrorBody: pick(s, bodies...), InvalidBody: pick(s, bodies...), ExtraFields: s.chance(0.2),
		DeleteSoft: s.chance(0.1), InactiveListed: s.chance(0.2), ListUpperCaseIDs: s.chance(0.2),
		ListedAfterDelete: pick(s, 0, 0, 30*time.Second),
	}
	if s.chance(0.3) {
		shapes.Envelope = pick(s, fake.EnvelopeData, fake.EnvelopeResult, fake.EnvelopeValue, fake.EnvelopeResponse, fake.EnvelopeItem, fake.EnvelopeBroker)
	}
	if s.chance(0.3) {
		shapes.Normalize = s.some(fake.NormalizeVAT, fake.NormalizePhone, fake.NormalizeDomain, fake.NormalizeSpaces)
	}
	if s.chance(0.3) {
		shapes.Display = s.some(fake.DisplayCase, fake.DisplayPhone, fake.DisplayNumber, fake.DisplaySpaces)
	}
	switch s.random.IntN(16) {
	case 0:
		shapes.ReadOnlyMembers = []string{"rowVersion"}
	case 1:
		shapes.RequiredMembers = []string{"id"}
	}
	return shapes
}

// bodies are the forms of refusals by setting, 404s included; the last two may be a gateway's.
var bodies = []string{
	fake.ErrorDocumented, fake.ErrorEmpty, fake.ErrorProblem, fake.ErrorMessage, fake.ErrorErrors, fake.ErrorText, fake.ErrorHTML,
}

// some are at least one of several.
func (s *storm) some(all ...string) []string {
	chosen := []string{pick(s, all...)}
	for _, one := range all {
		if one != chosen[0] && s.chance(0.5) {
			chosen = append(chosen, one)
		}
	}
	return chosen
}

// people makes what the Resellers need: Sellers of one account or two, in one
// namespace or two.
func (s *storm) people() {
	limit := pick(s, v1alpha1.RateLimit{RequestsPerSecond: 1000, Burst: 1000, MaxInFlight: 8}, v1alpha1.RateLimit{RequestsPerSecond: 5, Burst: 5, MaxInFlight: 2})
	s.w.limited = limit.RequestsPerSecond < 1000
	settings := func(seller *v1alpha1.Seller) {
		seller.Spec.DetailInterval.Duration = detailInterval
		seller.Spec.RateLimit = limit
		if s.chance(0.2) {
			seller.Spec.Creation.OnUnknown = v1alpha1.OnUnknownWait
		}
	}
	s.sellers = []string{sellerName, secondSeller}
	namespaces := []string{namespace}
	if s.chance(0.3) {
		namespaces, s.w.met[shapeNamespaces] = append(namespaces, otherNamespace), true
		s.sellers = append(s.sellers, otherNamespace+"/"+sellerName)
	}
	if s.chance(0.3) {
		s.w.met[shapeAccounts] = true
		s.w.addAPI(otherEndpoint, s.w.Seed+1, s.w.Shapes)
		s.sellers = append(s.sellers, thirdSeller)
	}
	for _, in := range namespaces {
		s.w.addSecret(in)
		for n := range 6 / len(namespaces) {
			s.names = append(s.names, fmt.Sprintf("%s/r%d", in, n))
		}
	}
	for _, seller := range s.sellers {
		s.w.addSellerNamed(seller, func(made *v1alpha1.Seller) {
			s.marks.own(made)
			if settings(made); seller == thirdSeller {
				made.Spec.Endpoint = otherEndpoint
			}
		})
	}
}

// sellerIn is one of the Sellers of a namespace.
func (s *storm) sellerIn(namespace string) string {
	var there []string
	for _, seller := range s.sellers {
		if key := named(seller); key.Namespace == namespace {
			there = append(there, key.Name)
		}
	}
	return pick(s, there...)
}

// respell has a Reseller name its values in a way that an API may store otherwise.
func respell(r *v1alpha1.Reseller) {
	r.Spec.Name = ptr.To(*r.Spec.Name + "  Ltd")
	r.Spec.Domain = ptr.To(v1alpha1.Domain(strings.ToUpper(string(*r.Spec.Domain))))
	r.Spec.Contact.Phone = ptr.To(v1alpha1.Phone("535 645-58"))
}

// refuse has some writes, or all, be refused for minutes.
func (s *storm) refuse() {
	r := regime{until: now().Add(time.Duration(s.random.IntN(600)) * time.Second)}
	var what string
	switch s.random.IntN(7) {
	case 0:
		what, r.strikes, r.outcome = "401 for writes", operation.changes, func(operation) Outcome { return refusal(401, fake.FormEmpty, s.chance(0.2)) }
	case 1:
		if now().Before(s.empty.Add(apart)) {
			return
		}
		if s.chance(0.3) { // beyond the time after which a list that lacks all is believed
			r.until = now().Add(time.Duration(15+s.random.IntN(45)) * time.Minute)
		}
		s.empty = r.until
		what, r.strikes, r.outcome = "empty account", nil, nil
	case 2:
		what, r.strikes, r.outcome = "401 for reads", operation.reads, func(operation) Outcome { return refusal(401, fake.FormEmpty, false) }
	case 3:
		only, outcome := pick(s, post, put, del), s.refuses(post)
		what, r.strikes, r.outcome = fmt.Sprintf("%s for %s", outcome, only), func(op operation) bool { return op == only }, func(operation) Outcome { return outcome }
	default:
		what, r.strikes, r.outcome = "refusals", operation.changes, s.refuses
	}
	s.strokes = append(s.strokes, what+" for minutes")
	switch {
	case s.without[len(s.strokes)]:
	case r.strikes == nil:
		s.looksEmpty = r.until
	default:
		s.regimes = append(s.regimes, r)
	}
}

// contradict has lists and the GET of a broker that a Reseller holds disagree for good.
func (s *storm) contradict() {
	r := s.w.reseller(s.anyName())
	if r == nil || r.Status.BrokerID == "" || r.Status.Deletion != nil || r.Status.Creation != nil || !s.chance(0.5) {
		return
	}
	of, id := s.w.apiOf(r), r.Status.BrokerID
	if b, known := of.Broker(id); !known || b.Unlisted || b.Unreadable || b.State != fake.StateLive {
		return // two contradictions about one broker are a proof
	}
	kind := s.random.IntN(3)
	s.strokes = append(s.strokes, fmt.Sprintf("contradiction %d about %s", kind, id))
	if s.without[len(s.strokes)] {
		return
	}
	switch kind { // it may be gone
	case 0:
		_ = of.SetUnlisted(id, true)
	case 1:
		_ = of.SetUnreadable(id, true)
		s.contradicted = true
	default:
		_ = of.Deactivate(id)
	}
}

// touch sets fields in the portal that no Reseller names.
func (s *storm) touch() {
	r := s.w.reseller(s.anyName())
	if r == nil || r.Status.BrokerID == "" {
		return
	}
	number := s.random.IntN(1000)
	_ = s.w.apiOf(r).Edit(r.Status.BrokerID, func(b *fake.Broker) { // it may be gone
		b.VAT, b.Address.City = fmt.Sprintf("EE%d", number), fmt.Sprintf("City %d", number)
		b.InvoiceContact = &fake.InvoiceContact{Name: fmt.Sprintf("Invoices %d", number), Email: "i@example.com"}
		mark, is := textsOf(*b)[marked]
		b.CustomProperties = []fake.CustomProperty{{ID: "segment", Value: fmt.Sprint(number)}}
		if is {
			setBroker(b, marked, mark)
		}
	})
	s.w.touched = append(s.w.touched, touch{r.Status.BrokerID, now()})
}
