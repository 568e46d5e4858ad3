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
	noPrefix       = "must be a country calling code of ITU-T E.164, in digits without + or leading zeros, such as 372 (1 for North America and the Caribbean)"
	noPhone        = "must be a phone number without country calling code: digits, spaces and ( ) . / - only, such as 53564558"
	noDomain       = "must be a domain name without scheme or path, such as example.com (internationalised names in punycode)"
	noCountry      = "must be a country code of ISO 3166-1 alpha-2 in upper-case letters, such as EE, or GB for the United Kingdom"
	noID           = "must be an id as Cloudmore shows it: letters, digits, '.', '_' and '-' only"
	noPunycode     = "must not have a part that begins with xn-- and is no punycode (RFC 3492)"
	notInPunycode  = "must be written in punycode, such as xn--bcher-kva.example for bücher.example"
	invisible      = "must not contain invisible characters, such as U+200B; type the value instead of pasting it"
	noSellerName   = "must be the name of an object: at most 63 lower-case letters, digits, '-' and '.', with a letter or digit at both ends"
	noObjectName   = "must be the name of an object: at most 253 lower-case letters, digits, '-' and '.', with a letter or digit at both ends"
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
		everywhere(textFields, noText, " Dolphin", "Dolphin ", "123 Dolphin\nStreet", "Dolphin\n", "Dol\u0085phin", "\u00a0Dolphin"),
		everywhere(emailFields, noEmail, "notify", "notify@", "@example.com", "a b@example.com", "notify@example", "a@b@example.com", "notify@example.",
			"a..b@example.com", "a@b..example", ".a@example.com", "a.@example.com", "a@.example", "a@127.1", "a\u00a0b@example.com", "a@[127.0.0.1]"),
		everywhere(prefixFields, noPrefix, "+372", "00372", "37x", "12345", "0", "1242", "210", "259", "384", "671", "690372", "978", "888", "999"),
		everywhere(phoneFields, noPhone, "+3725356", "phone", "()", "12\n34"),
		everywhere([]string{"domain"}, noDomain, "https://a.b", "example.com/shop", "example", "example.com.",
			"-a.example", "exa mple.com", "a_b.example", "10.0.0.1", "127.1", "12\n34", "a..example", "example.com:443"),
		everywhere([]string{"address.countryCode"}, noCountry, "ee", "EST", "E", "Estonia", "XX", "UK", "EU", "ZZ", "AN", "SU", "AA", "QZ", " EE"),
		everywhere([]string{"domain"}, noPunycode, "xn--a.example", "XN--999.example", "xn--abcd1.example", "a.xn--zz9999999a", "xn--bcher-kv9.example"),
		everywhere([]string{"domain"}, notInPunycode, "bücher.example", "пример.example", "a。example"),
		unseen(),
		overlong(),
		everywhere([]string{"brokerID", "customProperties[0].id"}, noID, ".", "..", "a/b", "a b", "ä", "a?b", "%2e"),
		everywhere([]string{"sellerRef.name"}, noSellerName, "", "Main", "a_b", "-main", "main-"),
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
		{
			of: "a value that is too long and a policy that does not exist, among other faults",
			change: changes{
				"spec.notificationEmail": absent, "spec.name": strings.Repeat("a", 10000), "spec.driftPolicy": "Other", "spec.vat": " 1",
			},
			want: []string{
				"spec.notificationEmail: " + unlessObserved,
				"spec.name: Invalid value: " + quoted(strings.Repeat("a", 10000)) + ": " + atMost(256),
				`spec.driftPolicy: Invalid value: "Other": must be Correct or Report`,
				`spec.vat: Invalid value: " 1": ` + noText,
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
		{"sellerRef.kind", "Seller or ClusterSeller"},
		{"managementPolicy", "Manage or Observe"},
		{"adoptionPolicy", "Never or MatchExisting"},
		{"driftPolicy", "Correct or Report"},
		{"deletionPolicy", "Delete or Orphan"},
	} {
		all = append(all, unsupported("spec."+policy.field, policy.values))
	}
	return all
}

func unsupported(path, values string) refusal {
	return refusal{
		of:     path + " that does not exist",
		change: changes{path: "Other"},
		want:   []string{path + `: Invalid value: "Other": must be ` + values},
	}
}

// overlong is a refusal of what has more characters than its kind may.
func overlong() []refusal {
	var all []refusal
	for limit, fields := range map[int][]string{
		256: textFields, 128: {"brokerID", "customProperties[0].id"}, 1024: {"customProperties[0].value"},
	} {
		for _, field := range fields {
			all = append(all, tooLong("spec."+field, limit))
		}
	}
	for _, field := range emailFields {
		value := strings.Repeat("a", 250) + "@b.cc"
		all = append(all, everywhere([]string{field}, atMost(254), value)...)
	}
	for _, field := range phoneFields {
		all = append(all, everywhere([]string{field}, atMost(32), strings.Repeat("1", 33))...)
	}
	label := strings.Repeat("a", 63) + "."
	return append(all, everywhere([]string{"domain"}, atMost(253), strings.Repeat(label, 4)+"aa")...)
}

// unseen is a refusal of what nobody sees, wherever text stands.
func unseen() []refusal {
	var all []refusal
	for _, char := range []string{"\u00ad", "\u200b", "\u200d", "\u202e", "\u2060", "\ufeff", "\u3164", "\U000e0041"} {
		all = append(all, everywhere(textFields, invisible, "Dol"+char+"phin")...)
		all = append(all, everywhere(emailFields, invisible, "a"+char+"b@example.com")...)
	}
	all = append(all, everywhere([]string{"domain"}, invisible, "exam\u200bple.com")...)
	return append(all, everywhere([]string{"customProperties[0].value"}, invisible, "go\u200bld")...)
}

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
	{"a broker to adopt and nothing else", changes{
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
	{"part of a contact when adopting", changes{
		"spec.brokerID": "4711", "spec.contact": map[string]any{"phone": "5550000"}, "spec.address": map[string]any{"city": "Tartu"},
	}},
	{"an upper-case and an internationalised domain", changes{"spec.domain": "Shop.XN--BCHER-KVA.example"}},
	{"a phone number as people write it", changes{"spec.contact.phone": "(535) 645-58"}},
	{"a domain of several internationalised parts", changes{"spec.domain": "xn--80akhbyknj4f.xn--e1afmkfd.xn--p1ai"}},
	{"the numbers of North America", changes{"spec.contact.phonePrefix": "1", "spec.contact.phone": "242-555-0100"}},
	{"a broker in Kosovo", changes{"spec.address.countryCode": "XK", "spec.contact.phonePrefix": "383"}},
	{"text in other scripts", changes{"spec.name": "Дельфин 海豚 OÜ"}},
	{"joiners where a script needs them", changes{"spec.name": "شرکت می\u200cخواهم", "spec.vat": "क्\u200dष"}},
	{"an address of several words", changes{"spec.notificationEmail": "o'brien+news.x@mail.example-shop.co"}},
	{"a GUID as broker id", changes{"spec.brokerID": "7D2F6C1A-0000-4000-8000-000000004711"}},
	{"a name of 63 characters", changes{"metadata.name": strings.Repeat("a", 63)}},
}
