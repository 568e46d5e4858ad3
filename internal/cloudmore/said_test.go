package cloudmore

import (
	"encoding/base64"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

// TestSaid is the table of the words that reach a user, by the form of the
// answer, and of the fields that are found in them.
func TestSaid(t *testing.T) {
	rows := []struct {
		name   string
		body   string
		said   string
		fields []string
	}{
		{"the documented list", apiList, "Invalid domain/website:abc", []string{"spec.domain: Invalid domain/website:abc"}},
		{"the documented map", states, "Phone number is not in valid format.", []string{"spec.contact.phone: Phone number is not in valid format."}},
		{"nulls and empty lists leave the map what it is", `{"Name":null,"Vat":[],"Domain":["taken"]}`, "taken", []string{"spec.domain: taken"}},
		{"a field beside other members", `{"Domain":["taken"],"traceId":"00-1","status":400}`, "taken", []string{"spec.domain: taken"}},
		{"problem details", `{"type":"about:blank","title":"Conflict","status":409,"detail":"A broker of this name exists.","traceId":"x"}`, "Conflict; A broker of this name exists.", nil},
		{"problem details with a map", `{"title":"One or more validation errors occurred.","errors":{"$.contact.email":["no address"]}}`,
			"One or more validation errors occurred. no address", []string{"spec.contact.email: no address"}},
		{"problem details with parameters", `{"title":"Bad","invalid-params":[{"name":"domain","reason":"taken"},{"name":"email","reason":"bad"}]}`,
			"Bad; bad; taken", []string{"spec.domain: taken"}},
		{"a message", message, "no", nil},
		{"a message in any case", `{"Message":"no"}`, "no", nil},
		{"a list of messages", `{"statusCode":400,"message":["a","b."],"error":"Bad Request"}`, "a; b. Bad Request", nil},
		{"an error", `{"error":"no"}`, "no", nil},
		{"an error with a description", `{"error":"invalid_request","error_description":"no broker"}`, "invalid_request; no broker", nil},
		{"an error that is an object", `{"error":{"code":"Conflict","message":"taken","target":"Contact.Phone"}}`, "taken", []string{"spec.contact.phone: taken"}},
		{"an error with a name", `{"error":{"name":"ValidationError","message":"no"}}`, "no", nil},
		{"errors as a list of strings", `{"errors":["a","b"]}`, "a; b", nil},
		{"errors as a list of objects", `{"errors":[{"field":"contact.cell_phone","message":"bad"},{"field":"createdDate","message":"read-only"}]}`,
			"bad; read-only", []string{"spec.contact.cellPhone: bad", "createdDate: read-only"}},
		{"errors as a map of strings", `{"errors":{"name":"too long","domain":"taken"}}`, "too long; taken", []string{"spec.name: too long", "spec.domain: taken"}},
		{"errors as nested maps", `{"errors":{"contact":{"phone":["bad"],"email":[{"message":"worse"}]}}}`, "bad; worse", []string{"spec.contact.phone: bad", "spec.contact.email: worse"}},
		{"errors of JSON:API", `{"errors":[{"title":"Invalid","detail":"taken","source":{"pointer":"/data/attributes/domain"}}]}`,
			"Invalid: taken", []string{"spec.domain: Invalid: taken"}},
		{"errors of OData", `{"error":{"code":"Bad","message":{"lang":"en","value":"no such mailbox"},"innererror":{"trace":"at A.B","type":"X"}}}`, "no such mailbox", nil},
		{"a message with fields", `{"message":{"supportEmail":["bad"]}}`, "bad", []string{"spec.supportEmail: bad"}},
		{"errors of pydantic", `{"detail":[{"loc":["body","contact","phone"],"msg":"bad","type":"value_error"}]}`, "bad", []string{"spec.contact.phone: bad"}},
		{"errors of google.rpc", `{"error":{"code":400,"message":"Bad.","details":[{"@type":"x","fieldViolations":[{"field":"vat","description":"none"}]}]}}`,
			"Bad. none", []string{"spec.vat: none"}},
		{"errors of Spring", `{"status":400,"error":"Bad Request","errors":[{"field":"vat","defaultMessage":"bad","codes":["Size.vat"],"rejectedValue":"1"}],"path":"/api/sellers/1/brokers"}`,
			"Bad Request; bad", []string{"spec.vat: bad"}},
		{"errors of a schema", `{"errors":[{"instancePath":"/contact/phone","message":"bad","params":{"limit":3}}]}`, "bad", []string{"spec.contact.phone: bad"}},
		{"errors by group, without a key", `{"contact":{"phone":["bad"]},"non_field_errors":["worse"]}`, "worse; bad", []string{"spec.contact.phone: bad"}},
		{"a key that nobody knows", `{"responseStatus":{"errorCode":"X","message":"no"},"id":5}`, "no", nil},
		{"an envelope", `{"data":{"errors":["no"]},"success":false}`, "no", nil},
		{"the errors of a custom property", `{"errors":{"customProperties[0].value":["too long"]}}`, "too long", []string{"spec.customProperties: too long"}},
		{"a path behind a model", `{"errors":{"SellerBrokerCreateViewModel.Contact.Phone":["bad"]}}`, "bad", []string{"spec.contact.phone: bad"}},
		{"a field in quotes", `{"message":"The value of 'Contact.Phone' is not valid"}`, "The value of 'Contact.Phone' is not valid",
			[]string{"spec.contact.phone: The value of 'Contact.Phone' is not valid"}},
		{"a field in words", `{"message":"\"Support Email\" must be an address"}`, `"Support Email" must be an address`, []string{`spec.supportEmail: "Support Email" must be an address`}},
		{"a field as .NET names it", `["The CountryCode field is required."]`, "The CountryCode field is required.", []string{"spec.address.countryCode: The CountryCode field is required."}},
		{"two fields in quotes are none", `{"message":"'name' and 'domain' are taken"}`, "'name' and 'domain' are taken", nil},
		{"a value in quotes is no field", `{"message":"'Acme' is taken"}`, "'Acme' is taken", nil},
		{"the same words once", `{"message":"no","detail":"no","errors":["no"]}`, "no", nil},
		{"a bare string", `"no"`, "no", nil},
		{"a value that was sent is no word", `{"errors":[{"field":"vat","message":"bad","attemptedValue":"EE1"}],"value":"x"}`, "bad", []string{"spec.vat: bad"}},
		{"a broker that comes with it is no word", `{"message":"taken","data":{"id":7,"name":"Acme","contact":{"name":"Ann"},"customProperties":[{"id":"3","value":"x"}]}}`, "taken", nil},
		{"text", "upstream connect error", "upstream connect error", nil},
		{"a web page", "<!DOCTYPE html><html><head><title>Request &amp; IP\n blocked</title></head><body><h1>no</h1></body></html>", "Request & IP blocked", nil},
		{"a web page without a title", "<html><head><title> </title><style>a{}</style></head><body><h1 class=x>Not <b>now</b></h1><p>x</body></html>", "Not now", nil},
		{"a web page without a heading", "<p>Come <!-- no --> back<script>x()</script> later</p>", "Come back later", nil},
		{"XML", "<Error><Message>no</Message></Error>", "no", nil},
		{"a page without words", "<html></html>", "", nil},
		{"control characters and line ends", `{"message":"a\u0000b\n\n c\u202e"}`, "ab c", nil},
		{"what is too long for a sentence", strings.Repeat("x", maxSentence+1), "", nil},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			for _, status := range []int{400, 409, 422, 503} {
				client := serve(t, says(status, nil, row.body))
				for _, op := range []Op{OpCreate, OpUpdate, OpDelete, OpGet, OpList, OpActiveResellers} {
					f := failed(t, operations[op](t.Context(), client))
					if f.Said != row.said || !slices.Equal(told(f), row.fields) {
						t.Errorf("%d to %s says %q about %q, want %q about %q", status, op, f.Said, told(f), row.said, row.fields)
					}
				}
			}
		})
	}
}

func TestAPageInPlaceOfASuccessIsSaid(t *testing.T) {
	for _, status := range []int{200, 201, 202, 302, 307} {
		body := "<html><head><title>Down for maintenance</title></head></html>"
		client := serve(t, says(status, http.Header{"Location": {"http://127.0.0.1:1/x"}}, body))
		for op, call := range operations {
			if op == OpLogin {
				continue
			}
			if f := failed(t, call(t.Context(), client)); f.Said != "Down for maintenance" || !f.Gateway || f.Answered {
				t.Errorf("%d to %s gives %+v", status, op, *f)
			}
		}
	}
}

// spellings are the ways in which an answer may spell a text.
var spellings = map[string]func(string) string{
	"plain":         func(s string) string { return s },
	"upper case":    strings.ToUpper,
	"query":         url.QueryEscape,
	"path":          url.PathEscape,
	"every byte":    func(s string) string { return each([]byte(s), "%%%02x") },
	"base64":        func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64 in URL": func(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) },
	"base64 of more": func(s string) string {
		return base64.StdEncoding.EncodeToString([]byte("user:" + s + "@x"))
	},
	"HTML":              html.EscapeString,
	"HTML numbers":      func(s string) string { return each([]rune(s), "&#%d;") },
	"HTML without ends": func(s string) string { return each([]rune(s), "&#%d") },
	"JSON in braces":    func(s string) string { return each([]rune(s), `\u{%x}`) },
	"URL of JavaScript": func(s string) string { return each(utf16.Encode([]rune(s)), "%%u%04X") },
	"HTML hex":          func(s string) string { return each([]rune(s), "&#x%X;") },
	"JSON":              func(s string) string { quoted := strconv.Quote(s); return quoted[1 : len(quoted)-1] },
	"JSON numbers":      func(s string) string { return each(utf16.Encode([]rune(s)), `\u%04X`) },
	"JSON slashes":      func(s string) string { return strings.ReplaceAll(s, "/", `\/`) },
}

func each[T byte | uint16 | rune](s []T, format string) string {
	var b strings.Builder
	for _, c := range s {
		fmt.Fprintf(&b, format, c)
	}
	return b.String()
}

func TestNoSecretSurvivesInAnySpelling(t *testing.T) {
	secrets := []string{`p/ss+W"rd<&>'1 \x`, "tok-en_1.2~3", testCredentials.ClientSecret, "with  two spaces", "pässwörd€😀"}
	scrub := newScrubber(secrets)
	for _, secret := range secrets {
		for name, spell := range spellings {
			for other, again := range spellings {
				inner, outer := strings.HasPrefix(name, "base64"), strings.HasPrefix(other, "base64")
				if inner && (outer || other == "upper case") || outer && name != "plain" {
					continue // base64 in upper case is none any more, and an escape within it is opaque
				}
				in := "is " + again(spell(secret)) + " not"
				got := scrub.line(in, maxSaid)
				more := name == "base64 of more" || other == "base64 of more"
				if got != "is "+redacted+" not" && (!more || !strings.Contains(got, redacted)) {
					t.Errorf("%s in %s: %q is shown as %q", name, other, in, got)
				}
			}
		}
	}
}

// TestTheHeaderOfALoginIsHiddenInBase64 holds it for client ids of whatever length, which the
// client may not know any more: what stays of it tells nothing of the secret.
func TestTheHeaderOfALoginIsHiddenInBase64(t *testing.T) {
	const secret = "demo-secret"
	scrub := newScrubber([]string{secret})
	for _, id := range []string{"a", "id", "cli", "client-1", "ro.customer.client"} {
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
			header := encoding.EncodeToString([]byte(id + ":" + secret))
			again := encoding.EncodeToString([]byte(header))
			got := scrub.line("is "+again+" not", maxSaid)
			if middle := again[len(again)-12 : len(again)-6]; strings.Contains(got, middle) || !strings.Contains(got, redacted) {
				t.Errorf("%s:%s is shown as %q", id, secret, got)
			}
		}
	}
}

// A part of a secret may look like a tag, and what is around it is shown then.
func TestAPageShowsNoPartOfASecret(t *testing.T) {
	for _, secret := range []string{"pass<word>1", "a<!--b-->c", "x<y", `q">z`} {
		for name, spell := range spellings {
			if strings.HasPrefix(name, "base64") {
				continue // short ones are not looked for there
			}
			for _, body := range []string{"<title>%s is wrong</title>", "<p>%s is wrong</p>", "<html><body>\n<h1>\n%s\nis wrong</h1>", "<b>a</b> %s is wrong"} {
				a := &answer{body: fmt.Appendf(nil, body, spell(secret)), header: http.Header{"Content-Type": {"text/html"}}}
				said := readRefusal(a, []string{secret}).said
				if !strings.Contains(said, redacted) || strings.Contains(said, secret[:1]+secret[1:2]) {
					t.Errorf("%s in %s is shown as %q", name, body, said)
				}
			}
		}
	}
}

func TestThreeEscapesHideNothing(t *testing.T) {
	scrub, secret := newScrubber([]string{`p/ss<&>"1`}), `p/ss<&>"1`
	for _, inner := range []string{"HTML", "JSON", "URL of JavaScript", "HTML hex"} {
		for _, middle := range []string{"HTML", "JSON", "JSON numbers"} {
			for _, outer := range []string{"HTML", "JSON", "URL of JavaScript"} {
				in := spellings[outer](spellings[middle](spellings[inner](secret)))
				if got := scrub.line(in, 4*maxSentence); got != redacted && len(in) < maxSentence {
					t.Errorf("%s in %s in %s: %q is shown as %q", inner, middle, outer, in, got)
				}
			}
		}
	}
}

func TestScrubbingLeavesOtherWordsAlone(t *testing.T) {
	scrub := newScrubber([]string{"s3cret", "ab"})
	for _, text := range []string{"100% of 50%25 &amp; a \\u0041 + b &nope; %zz \\q", "Ж&#1046;"} {
		if got := scrub.line(text, maxSaid); got != text {
			t.Errorf("%q is shown as %q", text, got)
		}
	}
	if got := scrub.line(strings.Repeat("é", 600), maxSaid); utf8.RuneCountInString(got) != maxSaid || !utf8.ValidString(got) {
		t.Errorf("%d characters", utf8.RuneCountInString(got))
	}
}
