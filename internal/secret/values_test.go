package secret

import (
	"strings"
	"testing"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// TestValuesOfASecret is the table of what tools leave in a Secret, and what is taken.
func TestValuesOfASecret(t *testing.T) {
	const odd, several = "begins or ends with white space", "has characters that no text has, or several lines"
	for _, row := range []struct {
		name, key, value string
		taken            string
		odd              string // "": nothing
	}{
		{"a plain password", "password", "pw", "pw", ""},
		{"a line of echo", "password", "pw\n", "pw", ""},
		{"a line of Windows", "password", "pw\r\n", "pw", ""},
		{"several line ends", "password", "\npw\n\n", "pw", ""},
		{"a line end of Unicode", "password", "pw\u2028", "pw", ""},
		{"a byte order mark", "password", "\ufeffpw\r\n", "pw", ""},
		{"white space within", "password", "p w", "p w", ""},
		{"letters of any language", "password", "пароль✓", "пароль✓", ""},
		{"a space at the end", "password", "pw ", "pw ", "password " + odd},
		{"a space before the line end", "password", "pw \n", "pw ", "password " + odd},
		{"a space at the start", "password", " pw", " pw", "password " + odd},
		{"a tab at the end", "password", "pw\t", "pw\t", "password " + several},
		{"a space of no break", "password", "pw\u00a0", "pw\u00a0", "password " + odd},
		{"a space of no width", "password", "pw\u200b", "pw\u200b", "password " + odd},
		{"two lines", "password", "pw\nother", "pw\nother", "password " + several},
		{"a file in UTF-16", "password", "p\x00w\x00", "p\x00w\x00", "password " + several},
		{"bytes that are no text", "password", "p\xffw", "p\xffw", "password " + several},
		{"a line of echo", "username", "user\n", "user", ""},
		{"white space of any kind", "username", " \t\u00a0user\u200b \r\n", "user", ""},
		{"a file in UTF-16", "username", "u\x00s\x00", "u\x00s\x00", "username " + several},
		{"a line of echo", "clientSecret", "api\n", "api", ""},
		{"spaces", "clientSecret", "  api  ", "api", ""},
		{"two lines", "clientSecret", "api\napi", "api\napi", "clientSecret " + several},
		{"spaces", "clientID", " ro.customer.client\n", "ro.customer.client", ""},
		{"nothing but a line end", "clientID", "\n", "", ""},
	} {
		t.Run(row.key+": "+row.name, func(t *testing.T) {
			data := map[string][]byte{"username": []byte("u"), "password": []byte("p"), "clientSecret": []byte("s")}
			data[row.key] = []byte(row.value)
			c := CredentialsIn(data)
			for _, part := range partsOf(&c) {
				if part.key == row.key && part.value != row.taken {
					t.Errorf("%q is taken as %q", row.value, part.value)
				}
			}
			if got := Odd(&c); got != row.odd {
				t.Errorf("says %q", got)
			}
			if missing := Missing(&c); missing != nil {
				t.Errorf("lacks %v", missing)
			}
		})
	}
}

func TestKeysWithoutAValue(t *testing.T) {
	for value, missing := range map[string]bool{"": true, "\n": true, "  \r\n": true, "\ufeff": true, "\u200b": true, "x": false} {
		c := CredentialsIn(map[string][]byte{"username": []byte(value), "password": []byte(value), "clientSecret": []byte(value)})
		want := ""
		if missing {
			want = "username password clientSecret"
		}
		if got := strings.Join(Missing(&c), " "); got != want {
			t.Errorf("%q lacks %q", value, got)
		}
	}
	if got := Missing(&cloudmore.Credentials{Username: "u", Password: "p"}); len(got) != 1 || got[0] != "clientSecret" {
		t.Errorf("lacks %v", got)
	}
}
