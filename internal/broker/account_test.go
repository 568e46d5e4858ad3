package broker

import (
	"strings"
	"testing"
)

func TestAccountOf(t *testing.T) {
	const endpoint, guid = "https://api.example", "5f0c8a4e-0000-4000-8000-00000000000a"
	for _, row := range []struct {
		name           string
		endpoint, id   string
		endpoint2, id2 string
		same           bool
	}{
		{"drops the case of an id", endpoint, "s1", endpoint, "S1", true},
		{"drops the case of a GUID", endpoint, guid, endpoint, strings.ToUpper(guid), true},
		{"drops the hyphens of a GUID", endpoint, guid, endpoint, strings.ReplaceAll(guid, "-", ""), true},
		{"drops the braces of a GUID", endpoint, guid, endpoint, "{" + guid + "}", true},
		{"drops the parentheses of a GUID", endpoint, guid, endpoint, "(" + strings.ToUpper(guid) + ")", true},
		{"drops what makes a GUID a URN", endpoint, guid, endpoint, "URN:UUID:" + guid, true},
		{"drops spaces around an id", endpoint, guid, endpoint, " " + guid + "\n", true},
		{"drops leading zeros of an integer", endpoint, "17", endpoint, "017", true},
		{"tells zero from none", endpoint, "0", endpoint, "", false},
		{"tells ids apart", endpoint, "s1", endpoint, "s2", false},
		{"tells GUIDs apart", endpoint, guid, endpoint, guid[:35] + "b", false},
		{"keeps the hyphens of what is no GUID", endpoint, "a-b", endpoint, "ab", false},
		{"keeps zeros of what is no integer", endpoint, "0a", endpoint, "a", false},

		{"drops the case of scheme and host", endpoint, "1", "HTTPS://API.Example", "1", true},
		{"drops the root's dot", endpoint, "1", "https://api.example.", "1", true},
		{"drops the scheme's port", endpoint, "1", "https://api.example:443", "1", true},
		{"drops the scheme's port behind zeros", endpoint, "1", "https://api.example:0443", "1", true},
		{"drops an empty port", endpoint, "1", "https://api.example:", "1", true},
		{"drops the port of http", "http://localhost", "1", "http://localhost:80/", "1", true},
		{"drops slashes at the end", endpoint + "/v1", "1", endpoint + "/v1//", "1", true},
		{"spells an address in one way", "https://[::1]", "1", "https://[0:0::0:1]:443/", "1", true},
		{"drops escapes that are not needed", endpoint + "/a~b", "1", endpoint + "/a%7Eb", "1", true},
		{"tells hosts apart", endpoint, "1", "https://api2.example", "1", false},
		{"tells ports apart", endpoint, "1", "https://api.example:8443", "1", false},
		{"tells schemes apart", "https://localhost", "1", "http://localhost", "1", false},
		{"tells a host from one that only another scheme's port names", "https://localhost:80", "1", "https://localhost", "1", false},
		{"tells paths apart by case", endpoint + "/a", "1", endpoint + "/A", "1", false},
		{"tells who has a user apart", endpoint, "1", "https://me@api.example", "1", false},
		{"tells what is no URL apart", "::", "1", ":::", "1", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			a, b := AccountOf(row.endpoint, row.id), AccountOf(row.endpoint2, row.id2)
			if (a == b) != row.same {
				t.Errorf("%v and %v", a, b)
			}
		})
	}
	if AccountOf("", "") != (Account{}) {
		t.Error("nothing is an account")
	}
}

func TestAccountNamesItself(t *testing.T) {
	a := AccountOf("HTTPS://API.example:443/v1/", "{5F0C8A4E-0000-4000-8000-00000000000A}")
	if got := a.String(); got != "seller 5f0c8a4e-0000-4000-8000-00000000000a at https://api.example/v1" {
		t.Errorf("%q", got)
	}
}

// FuzzAccountOf: the canonical spelling is a spelling of the account, and so is
// every other in which it may be written.
func FuzzAccountOf(f *testing.F) {
	for _, endpoint := range []string{"https://api.example:443/v1/", "http://[::FFFF:127.0.0.1]:080//", "https://a@b.", "https://[fe80::1%25en0]", "//x", "::", "https://h/%2F%25"} {
		f.Add(endpoint, "S1")
		f.Add(endpoint, "{5F0C8A4E-0000-4000-8000-00000000000A}")
		f.Add(endpoint, "007")
	}
	f.Fuzz(func(t *testing.T, endpoint, id string) {
		a := AccountOf(endpoint, id)
		if again := AccountOf(a.endpoint, a.seller); again != a {
			t.Errorf("%q of %q becomes %q", a, []string{endpoint, id}, again)
		}
		for _, other := range []string{strings.ToLower(id), " " + id, id + " "} {
			if b := AccountOf(endpoint, other); b != a {
				t.Errorf("%q is %v, not %v", other, b, a)
			}
		}
	})
}

func TestIDsOfBrokersInOtherSpellings(t *testing.T) {
	const id ID = "5f0c8a4e-0000-4000-8000-00000000000a"
	for _, other := range []ID{"5F0C8A4E00004000800000000000000A", "{5f0c8a4e-0000-4000-8000-00000000000a}"} {
		if !id.Same(other) || other.Key() != id {
			t.Errorf("%s is another broker", other)
		}
	}
	for _, other := range []ID{"5f0c8a4e-0000-4000-8000-00000000000", "5f0c8a4e-0000-4000-80000-0000000000a", "5f0c8a4e-0000-4000-8000-00000000000g"} {
		if id.Same(other) || other.Key() != other {
			t.Errorf("%s is no GUID", other)
		}
	}
}

// TestPlainEndpointsAreTheirKeys holds that what is not parsed would be the same parsed.
func TestPlainEndpointsAreTheirKeys(t *testing.T) {
	for endpoint, is := range map[string]bool{
		"https://api.cloudmore.com": true, "https://a": true, "https://a-1.b2.c": true, "https://..a": true, "https://-a": false,
		"https://": false, "https://a.": false, "https://1.2.3.4": false, "https://1": false, "https://A.b": false, "https://a.b/": false,
		"https://a.b:443": false, "https://a.b/v1": false, "https://a@b": false, "https://a?b": false, "https://ä.b": false, "https://[::1]": false,
		"http://a.b": false, "a.b": false, "": false,
	} {
		if isPlain(endpoint) != is {
			t.Errorf("%q is plain: %t", endpoint, !is)
		}
		if key := parsedKey(endpoint); endpointKey(endpoint) != key {
			t.Errorf("%q has the key %q, not %q", endpoint, endpointKey(endpoint), key)
		}
	}
}
