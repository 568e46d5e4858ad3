package cloudmore

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// Everything that reads bytes from outside, with what must hold of any bytes.

func FuzzDetail(f *testing.F) {
	kept(f)
	for _, seed := range []string{
		`{"id":"a","name":"A","contact":{"email":null,"fax":1},"customProperties":[{"id":5,"value":true}],"allowCmpAccess":"True"}`,
		`{"ID":7,"brokerId":"x","address":null,"registrationNumber":1e3,"a.b":[],"contact.name":"x"}`,
		`{"id":1,"name":"A","NAME":"B","customProperties":{},"invoiceContact":5}`, "null", `"x"`, page, "", `{"id":`,
		`{"data":{"item":{"id":"a","name":"A"}},"seller":{"id":1}}`, `{"result":"9f0c8a4e-0000-4000-8000-00000000000a","success":true}`,
		"\ufeff{}", `{"id":"\ud800"}`, strings.Repeat("[", 20_000),
	} {
		f.Add([]byte(seed))
	}
	client := fuzzed(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		read, problem := client.detail(&answer{body: bytes.TrimSpace(body)})
		if problem != "" {
			return
		}
		if !usable(string(read.ID)) || !read.Detail {
			t.Errorf("id %q, detail %v", read.ID, read.Detail)
		}
		sent := client.updateBody(&read)
		all, isObject := membersOf(sent)
		if !isObject || !json.Valid(sent) {
			t.Fatalf("an update sends %s", sent)
		}
		if id, shown := all.id(); shown {
			t.Errorf("an update sends the id %s", id)
		}
		again, problem := client.detail(&answer{body: object(append(all, member{"id", quoted(string(read.ID))})...)})
		if problem != "" || !broker.Equal(&read, &again) {
			t.Errorf("%s is sent as %s, which reads otherwise (%s)", body, sent, problem)
		}
	})
}

func FuzzCreateAndUpdateAnswers(f *testing.F) {
	kept(f)
	for _, seed := range []string{`{"id":"a"}`, `"a"`, "5", "", "null", `{"name":"A"}`, page} {
		f.Add([]byte(seed), "/brokers/a")
		f.Add([]byte(seed), "http://h/brokers/..")
	}
	client := fuzzed(f)
	f.Fuzz(func(t *testing.T, body []byte, location string) {
		a := &answer{body: bytes.TrimSpace(body), header: http.Header{"Location": {location}}}
		if made, problem := client.created(a); problem == "" && made.ID != "" && !usable(string(made.ID)) {
			t.Errorf("a create gives the id %q", made.ID)
		}
		if now, problem := client.updated(a, "7"); problem == "" && !usable(string(now.ID)) {
			t.Errorf("an update gives the id %q", now.ID)
		}
	})
}

func FuzzList(f *testing.F) {
	kept(f)
	for _, seed := range []string{
		`[{"id":1},{"id":"a","name":"A"}]`, `{"items":[{"id":1}],"page":1,"totalPages":2,"pageSize":1}`, `{"data":[],"next":"?p=2"}`,
		`{"value":[{"id":1}],"@odata.nextLink":"//other/x"}`, `{"items":[{"id":1}],"page":9223372036854775807,"total":9}`,
		`{"data":{"items":[{"id":1},{"broker":{"id":2}}],"total":2},"success":true}`, `{"d":{"results":[]},"value":[]}`, `{"success":false,"data":[]}`,
		`{"results":[{"id":1},{"id":1}]}`, `{"items":[],"_links":{"next":{"href":"%zz"}}}`, "null", "", page, `[null]`,
	} {
		f.Add([]byte(seed), `</x?y>; rel="next"`, `{"TotalCount":3}`)
		f.Add([]byte(seed), "", "")
	}
	client := fuzzed(f)
	const host = "http://h.example"
	f.Fuzz(func(t *testing.T, body []byte, link, beside string) {
		r := client.newRoll()
		l := &listing{op: OpList, announcements: client.announcements, hide: client.hidden, next: host + "/api/sellers/s/brokers", heeded: map[string]bool{}, visited: map[string]bool{}, take: r.take}
		a := &answer{body: bytes.TrimSpace(body), from: host + "/api/sellers/s/brokers", header: http.Header{"Link": {link}, "X-Pagination": {beside}}}
		if l.page(a) != "" {
			return
		}
		if int64(len(r.Brokers)+len(r.Unreadable)) != l.rows {
			t.Errorf("of %d entries %d are brokers and %d are not", l.rows, len(r.Brokers), len(r.Unreadable))
		}
		if l.next != "" && !strings.HasPrefix(l.next, host+"/") && !strings.HasPrefix(l.next, host+"?") && l.next != host {
			t.Errorf("the list goes on at %s", l.next)
		}
	})
}

func FuzzRefusal(f *testing.F) {
	kept(f)
	for _, seed := range []string{
		apiList, states, message, page, "", "[]", `{"errors":{"a":["b"]},"title":"x"}`, `[{"errorName":"a","errorMessage":"pass/Word+1"}]`,
		`{"":["\u202e\u0000\n"]}`, `[{"errorName":null,"errorMessage":5}]`, `{"error":{"message":"'domain' is taken","details":[{"field":"vat","message":"x"}]}}`,
		`{"data":{"errors":{"contact":{"phone":["x"]}}}}`, "<title>pass/Word&#43;1 &#x110000;</title>", `{"detail":"pass%2fWord\\u002b1 %c3%28"}`, `{"message":["\ud83d\\u"]}`,
	} {
		for _, status := range []int{400, 401, 404, 500} {
			f.Add(status, []byte(seed))
		}
	}
	secrets := testCredentials.secrets()
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		found := readRefusal(&answer{status: status, body: bytes.TrimSpace(body)}, secrets)
		if len(found.fields) > maxFieldFailures || len(found.names) > maxErrorNames {
			t.Errorf("%d fields, %d names", len(found.fields), len(found.names))
		}
		if utf8.RuneCountInString(found.said) > maxSaid || strings.ContainsFunc(found.said, unicode.IsControl) || !utf8.ValidString(found.said) ||
			strings.Contains(found.said, testCredentials.Password) || strings.Contains(found.said, testCredentials.ClientSecret) {
			t.Errorf("it says %q", found.said)
		}
		for _, name := range found.names {
			if !errorName.MatchString(name) {
				t.Errorf("name %q", name)
			}
		}
		for _, field := range found.fields {
			shown := field.Path + field.Message
			if utf8.RuneCountInString(field.Message) > maxMessage || strings.ContainsFunc(shown, unicode.IsControl) || field.Path == "" ||
				strings.Contains(shown, testCredentials.Password) || strings.Contains(shown, testCredentials.ClientSecret) {
				t.Errorf("field %q says %q", field.Path, field.Message)
			}
		}
	})
}

// FuzzScrub holds that a secret survives in no spelling, whatever stands around it.
func FuzzScrub(f *testing.F) {
	for _, seed := range [][2]string{{"", ""}, {"%", "="}, {"\\", "u0041"}, {"&", ";"}, {"\\ud83d", "%c3"}, {"p/ss", "\u200b"}, {strings.Repeat("x", 600), "é"}} {
		f.Add(seed[0], seed[1])
	}
	secret := `p/ss+W"rd<&>'1`
	scrub := newScrubber([]string{secret, "tok-en_1.2~3"})
	f.Fuzz(func(t *testing.T, before, after string) {
		for name, spell := range spellings {
			spelt := spell(secret)
			shown := scrub.line(before+" "+spelt+" "+after, maxSaid)
			if name != "base64 of more" && strings.Contains(shown, spelt) {
				t.Errorf("%s survives in %q", name, shown)
			}
			if utf8.RuneCountInString(shown) > maxSaid || strings.ContainsFunc(shown, unicode.IsControl) || !utf8.ValidString(shown) {
				t.Errorf("%q is shown", shown)
			}
		}
	})
}

func FuzzTokenAnswer(f *testing.F) {
	kept(f)
	for _, seed := range []string{
		`{"access_token":"a.b-c_d","token_type":"Bearer","expires_in":86400}`, `{"access_token":"a\r\nb"}`, `{"access_token":5,"expires_in":"1e400"}`,
		`{"access_token":"a","expires_in":1e-300}`, `{"ACCESS_TOKEN":"a","expires_in":-1}`, "null", page, "", `[]`,
	} {
		f.Add(200, []byte(seed))
	}
	f.Add(400, []byte(`{"error":"invalid_grant","error_description":"x"}`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		a := &answer{status: status, body: bytes.TrimSpace(body), header: http.Header{}}
		var g grant
		if g.read(a) == "" && (!tokenText.MatchString(g.token) || g.life < 0 || g.life > maxTokenLife) {
			t.Errorf("token %q for %v", g.token, g.life)
		}
		failure := &broker.Failure{Class: broker.Unavailable}
		judgeLogin(a, failure)
		if failure.Class == broker.Unauthorized && status != 400 && status != 401 && status != 403 {
			t.Errorf("status %d is a refusal", status)
		}
	})
}

func FuzzRetryAfter(f *testing.F) {
	kept(f)
	for _, seed := range []string{
		"5", "-1", "99999999999999999999", "Sun, 01 Mar 2026 12:00:30 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "", "x",
		"1.5", "5s", "120, 60", "PT1M30S", "2562047h47m16.9s", "1772366430", "9999999999", "2026-03-01T12:00:30Z", ".", "1e9",
	} {
		f.Add(seed)
	}
	now := newClock().Now()
	f.Fuzz(func(t *testing.T, value string) {
		for _, date := range []string{"", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"} {
			wait, word := retryAfter(http.Header{"Retry-After": {value}, "Date": {date}}, now)
			if wait < 0 || wait > maxRetryAfter {
				t.Errorf("Retry-After %q is %v", value, wait)
			}
			if strings.Contains(word, "an hour") && wait != maxRetryAfter || word == "" && strings.TrimSpace(value) != "" && !strings.ContainsAny(value, "0123456789") {
				t.Errorf("Retry-After %q is %v (%s)", value, wait, word)
			}
		}
	})
}

func fuzzed(f *testing.F) *Client {
	f.Helper()
	client, err := New(testConfig("http://127.0.0.1"))
	if err != nil {
		f.Fatal(err)
	}
	return client
}
