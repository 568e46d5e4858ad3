package v1alpha1_test

import (
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// refusal is a change to a valid manifest and everything that the API server
// says about it.
type refusal struct {
	of     string
	change changes
	want   []string
}

const (
	unlessObserved = "Required value: is required unless managementPolicy is Observe or brokerID is set"
	noText         = "must be one line without spaces at its ends"
	noEmail        = "must be an e-mail address, such as notify@example.com"
	noPrefix       = "must be a country calling code in digits without + or leading zeros, such as 372"
	noPhone        = "must be a phone number without country calling code: digits, spaces and ( ) . / - only, such as 53564558"
	noDomain       = "must be a domain name without scheme or path, such as example.com (internationalised names in punycode)"
	noCountry      = "must be a country code of two upper-case letters (ISO 3166-1 alpha-2), such as EE"
	noID           = "must be an id as Cloudmore shows it: letters, digits, '.', '_' and '-' only"
	noObjectName   = "must be the name of an object: lower-case letters, digits, '-' and '.', with a letter or digit at both ends"
	tooLongAName   = "name must not be longer than 63 characters"
)

var (
	textFields = []string{
		"name", "registrationNumber", "vat", "contact.name", "contact.jobTitle",
		"address.address", "address.postalCode", "address.city", "invoiceContact.name",
	}
	emailFields  = []string{"notificationEmail", "supportEmail", "contact.email", "invoiceContact.email"}
	prefixFields = []string{"contact.phonePrefix", "contact.cellPhonePrefix", "invoiceContact.phonePrefix"}
	phoneFields  = []string{"contact.phone", "contact.cellPhone", "invoiceContact.phone"}

	// requiredFields are starred in the field table of the seller API.
	requiredFields = []string{
		"name", "registrationNumber", "domain", "notificationEmail", "supportEmail",
		"contact.name", "contact.jobTitle", "contact.email", "contact.phonePrefix", "contact.phone",
		"contact.cellPhonePrefix", "contact.cellPhone", "address.countryCode",
	}
)

func resellerRefusals() []refusal {
	return slices.Concat(
		resellerRequirements(),
		everywhere(textFields, noText, " Dolphin", "Dolphin ", "123 Dolphin\nStreet", "Dolphin\n"),
		everywhere(emailFields, noEmail, "notify", "notify@", "@example.com", "a b@example.com", "notify@example", "a@b@example.com", "notify@example."),
		everywhere(prefixFields, noPrefix, "+372", "00372", "37x", "12345"),
		everywhere(phoneFields, noPhone, "+3725356", "phone", "()", "12\n34"),
		everywhere([]string{"domain"}, noDomain, "https://a.b", "example.com/shop", "example", "example.com.",
			"-a.example", "exa mple.com", "a_b.example", "bücher.example", "10.0.0.1", "a..example", "example.com:443"),
		everywhere([]string{"address.countryCode"}, noCountry, "ee", "EST", "E", "Estonia"),
		everywhere([]string{"brokerID", "customProperties[0].id"}, noID, ".", "..", "a/b", "a b", "ä", "a?b", "%2e"),
		everywhere([]string{"sellerRef.name"}, noObjectName, "", "Main", "a_b", "-main", "main-"),
		resellerEnums(),
		[]refusal{{
			of:     "a name that the ownership mark could not hold",
			change: changes{"metadata.name": strings.Repeat("a", 64)},
			want:   []string{`metadata: Invalid value: ` + tooLongAName},
		}},
	)
}

// everywhere is one refusal for each field and value.
func everywhere(fields []string, message string, values ...string) []refusal {
	var all []refusal
	for _, field := range fields {
		for _, value := range values {
			path := "spec." + field
			all = append(all, refusal{
				of:     path + " " + quoted(value),
				change: changes{path: value},
				want:   []string{path + ": Invalid value: " + quoted(value) + ": " + message},
			})
		}
	}
	return all
}

func resellerRequirements() []refusal {
	all := []refusal{
		{of: "no contact", change: changes{"spec.contact": absent}, want: []string{"spec.contact: " + unlessObserved}},
		{of: "no address", change: changes{"spec.address": absent}, want: []string{"spec.address: " + unlessObserved}},
		{
			of:     "no seller",
			change: changes{"spec.sellerRef": absent},
			want:   []string{"spec.sellerRef.name: Required value: is required: the Seller or ClusterSeller to use"},
		},
		{
			of:     "no name of the seller",
			change: changes{"spec.sellerRef.name": absent},
			want:   []string{"spec.sellerRef.name: Required value: is required: the Seller or ClusterSeller to use"},
		},
		{
			of:     "a custom property without a value",
			change: changes{"spec.customProperties[0].value": absent},
			want:   []string{`spec.customProperties[0].value: Required value: is required; "" clears the property`},
		},
		{
			of:     "an observed broker that nothing identifies",
			change: changes{"spec.managementPolicy": "Observe", "spec.domain": absent},
			want: []string{"spec.brokerID: Required value: is required with managementPolicy Observe unless " +
				"registrationNumber and domain are both set: nothing else says which broker to watch"},
		},
		{
			of: "several faults, all at once",
			change: changes{
				"spec.notificationEmail": absent, "spec.domain": "https://a.b",
				"spec.contact.phone": absent, "spec.address.countryCode": "Estonia", "spec.brokerID": absent,
			},
			want: []string{
				"spec.notificationEmail: " + unlessObserved,
				"spec.contact.phone: " + unlessObserved,
				`spec.domain: Invalid value: "https://a.b": ` + noDomain,
				`spec.address.countryCode: Invalid value: "Estonia": ` + noCountry,
			},
		},
	}
	all = append(all, empty("spec.brokerID"), empty("spec.customProperties[0].id"))
	for _, field := range requiredFields {
		path := "spec." + field
		all = append(all,
			refusal{of: "no " + path, change: changes{path: absent}, want: []string{path + ": " + unlessObserved}},
			empty(path))
	}
	return all
}

func empty(path string) refusal {
	return refusal{
		of:     "an empty " + path,
		change: changes{path: ""},
		want:   []string{path + `: Invalid value: "": ` + path + " in body should be at least 1 chars long"},
	}
}

func resellerEnums() []refusal {
	var all []refusal
	for _, policy := range []struct{ field, values string }{
		{"sellerRef.kind", `"Seller", "ClusterSeller"`},
		{"managementPolicy", `"Manage", "Observe"`},
		{"adoptionPolicy", `"Never", "MatchExisting"`},
		{"driftPolicy", `"Correct", "Report"`},
		{"deletionPolicy", `"Delete", "Orphan"`},
	} {
		all = append(all, unsupported("spec."+policy.field, policy.values))
	}
	return all
}

func unsupported(path, values string) refusal {
	return refusal{
		of:     path + " that does not exist",
		change: changes{path: "Other"},
		want:   []string{path + `: Unsupported value: "Other": supported values: ` + values, blocked},
	}
}

// blocked is what the API server adds when it could not go on to the CEL rules.
const blocked = "<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; " +
	"correct the existing errors to complete validation"

var _ = Describe("A Reseller", func() {
	for _, refusal := range resellerRefusals() {
		It("is refused with "+refusal.of, func(ctx SpecContext) {
			reseller := refusal.change.applyTo(validReseller())
			reseller.SetNamespace("default")
			err := server.Create(ctx, reseller, client.DryRunAll)
			Expect(faultsOf(err)).To(ConsistOf(refusal.want))
		})
	}

	for _, accepted := range acceptedResellers {
		It("is accepted with "+accepted.with, func(ctx SpecContext) {
			reseller := accepted.change.applyTo(validReseller())
			reseller.SetNamespace("default")
			Expect(server.Create(ctx, reseller, client.DryRunAll)).To(Succeed())
		})
	}
})

var acceptedResellers = []struct {
	with   string
	change changes
}{
	{"nothing but what POST requires", changes{
		"spec.vat": absent, "spec.invoiceContact": absent, "spec.customProperties": absent, "spec.allowCmpAccess": absent,
		"spec.address": map[string]any{"countryCode": "EE"},
	}},
	{"optional fields cleared", changes{
		"spec.vat": "", "spec.address.address": "", "spec.address.postalCode": "", "spec.address.city": "",
		"spec.invoiceContact":            map[string]any{"name": "", "email": "", "phonePrefix": "", "phone": ""},
		"spec.customProperties[0].value": "",
	}},
	{"a broker to take over and nothing else", changes{
		"spec": map[string]any{"sellerRef": map[string]any{"name": "main"}, "brokerID": "4711"},
	}},
	{"a broker to watch, by id", changes{
		"spec": map[string]any{"sellerRef": map[string]any{"name": "main"}, "managementPolicy": "Observe", "brokerID": "4711"},
	}},
	{"a broker to watch, by identity", changes{
		"spec": map[string]any{
			"sellerRef":        map[string]any{"name": "main"},
			"managementPolicy": "Observe", "registrationNumber": "1", "domain": "a.example",
		},
	}},
	{"part of a contact when taking over", changes{
		"spec.brokerID": "4711", "spec.contact": map[string]any{"phone": "5550000"}, "spec.address": map[string]any{"city": "Tartu"},
	}},
	{"an upper-case and an internationalised domain", changes{"spec.domain": "Shop.XN--BCHER-KVA.example"}},
	{"a phone number as people write it", changes{"spec.contact.phone": "(535) 645-58"}},
	{"text in other scripts", changes{"spec.name": "Дельфин 海豚 OÜ"}},
	{"a GUID as broker id", changes{"spec.brokerID": "7D2F6C1A-0000-4000-8000-000000004711"}},
	{"a name of 63 characters", changes{"metadata.name": strings.Repeat("a", 63)}},
}
