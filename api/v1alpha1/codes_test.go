package v1alpha1_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/idna"
	"golang.org/x/text/language"
)

// ruleAt is the regular expression by which a rule at a field of Resellers accepts.
func ruleAt(t *testing.T, path, words string) *regexp.Regexp {
	t.Helper()
	for _, field := range schemaOf("resellers") {
		for _, rule := range field.XValidations {
			if field.path == path && strings.Contains(rule.Message, words) {
				return regexp.MustCompile(regexp.MustCompile(`self\.matches\('(.*)'\)$`).FindStringSubmatch(rule.Rule)[1])
			}
		}
	}
	t.Fatalf("%s has no rule about %s", path, words)
	return nil
}

// reserved are codes that x/text knows as countries, and ISO 3166-1 does not assign.
var reserved = strings.Fields("AC AN BU CP CQ CS DD DG EA EZ FQ FX IC NT PC SU TA TP UN YD YU ZR")

func TestCountriesAreThoseOfISO3166(t *testing.T) {
	accepts, count := ruleAt(t, "spec.address.countryCode", "ISO 3166"), 0
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string(a) + string(b)
			region, err := language.ParseRegion(code)
			assigned := err == nil && region.IsCountry() && region.Canonicalize() == region && !slices.Contains(reserved, code)
			if got := accepts.MatchString(code); got != assigned {
				t.Errorf("%s is accepted: %t", code, got)
			}
			if assigned {
				count++
			}
		}
	}
	if count != 249+1 {
		t.Errorf("%d countries, not 249 and Kosovo", count)
	}
}

// callingCodes are those of the list of assigned codes of ITU-T E.164.
const callingCodes = `1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58
	60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 211 212 213 216 218
	220 221 222 223 224 225 226 227 228 229 230 231 232 233 234 235 236 237 238 239
	240 241 242 243 244 245 246 247 248 249 250 251 252 253 254 255 256 257 258
	260 261 262 263 264 265 266 267 268 269 290 291 297 298 299
	350 351 352 353 354 355 356 357 358 359 370 371 372 373 374 375 376 377 378 379 380 381 382 383 385 386 387 389
	420 421 423 500 501 502 503 504 505 506 507 508 509 590 591 592 593 594 595 596 597 598 599
	670 672 673 674 675 676 677 678 679 680 681 682 683 685 686 687 688 689 690 691 692
	800 808 850 852 853 855 856 870 878 880 881 882 883 886
	960 961 962 963 964 965 966 967 968 970 971 972 973 974 975 976 977 979 992 993 994 995 996 998`

func TestCallingCodesAreThoseOfE164(t *testing.T) {
	accepts, assigned := ruleAt(t, "spec.contact.phonePrefix", "E.164"), map[string]bool{}
	for _, code := range strings.Fields(callingCodes) {
		assigned[code] = true
	}
	for n := range 10000 {
		for _, code := range []string{fmt.Sprint(n), fmt.Sprintf("%02d", n), fmt.Sprintf("%03d", n), fmt.Sprintf("%04d", n)} {
			if got := accepts.MatchString(code); got != assigned[code] {
				t.Errorf("%s is accepted: %t", code, got)
			}
		}
	}
}

// TestEveryInternationalisedNameIsAccepted: what x/net encodes passes, of whatever
// script, length and mixture.
func TestEveryInternationalisedNameIsAccepted(t *testing.T) {
	accepts := ruleAt(t, "spec.domain", "no punycode")
	chance, tried := rand.New(rand.NewPCG(1, 2)), 0
	scripts := []string{"abcdefghij0123456789-", "äöüßéèñçåøæłžšč", "абвгдежзийклмн", "αβγδεζηθ", "אבגדהוזח", "中文字海豚公司", "กขคงจฉ", "𠀀𠀁𠮷"}
	for tried < 20000 {
		var label strings.Builder
		for range 1 + chance.IntN(20) {
			letters := []rune(scripts[chance.IntN(len(scripts))])
			label.WriteRune(letters[chance.IntN(len(letters))])
		}
		name, err := idna.Registration.ToASCII(label.String())
		if err != nil || !strings.HasPrefix(name, "xn--") {
			continue
		}
		tried++
		for _, domain := range []string{name + ".example", "shop." + strings.ToUpper(name) + "." + name} {
			if !accepts.MatchString(domain) {
				t.Fatalf("%s is %s and is refused", label.String(), domain)
			}
		}
	}
}

// TestMostOfWhatIsNoPunycodeIsRefused: a rule can't decode, but lets little pass of what
// does not begin as punycode must.
func TestMostOfWhatIsNoPunycodeIsRefused(t *testing.T) {
	accepts := ruleAt(t, "spec.domain", "no punycode")
	for _, label := range []string{"xn--a", "xn--0", "xn--abc-", "xn--ba", "xn--99999999", "xn--abc-9a9", "XN--zz99999a", "xn--a-"} {
		if _, err := idna.Lookup.ToUnicode(label); err == nil {
			t.Errorf("%s is punycode", label)
		}
		if accepts.MatchString(label + ".example") {
			t.Errorf("%s is accepted", label)
		}
	}
	for _, plain := range []string{"example.com", "x.xn.xn-.xnx.example", "xn-a.example", "axn--.example", "x--n.example"} {
		if !accepts.MatchString(plain) {
			t.Errorf("%s is refused", plain)
		}
	}
}
