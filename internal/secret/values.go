package secret

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// CredentialsIn are the credentials of a Secret, without what tools leave around them:
// echo and editors end a line, --from-file keeps it, Windows puts a mark before it. No
// name, id or API secret has white space at its ends. A password may, but for line ends.
func CredentialsIn(data map[string][]byte) cloudmore.Credentials {
	value := func(key string) string { return strings.Trim(string(data[key]), lineEnds) }
	word := func(key string) string { return strings.TrimFunc(value(key), unseen) }
	return cloudmore.Credentials{
		Username: word(v1alpha1.SecretKeyUsername), Password: value(v1alpha1.SecretKeyPassword),
		ClientSecret: word(v1alpha1.SecretKeyClientSecret), ClientID: word(v1alpha1.SecretKeyClientID),
	}
}

// lineEnds are what ends a line, and the mark of an order of bytes.
const lineEnds = "\r\n\u0085\u2028\u2029\ufeff"

// unseen reports whether a character takes no ink: white space, or of no width.
func unseen(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }

// Missing are the keys that have no value.
func Missing(c *cloudmore.Credentials) []string {
	var missing []string
	for _, part := range partsOf(c)[:3] {
		if strings.TrimFunc(part.value, unseen) == "" {
			missing = append(missing, part.key)
		}
	}
	return missing
}

// Odd says what is most likely a slip in credentials; "" for nothing. It tells nothing
// of a value but this.
func Odd(c *cloudmore.Credentials) string {
	for _, part := range partsOf(c) {
		switch {
		case !utf8.ValidString(part.value), strings.ContainsFunc(part.value, unicode.IsControl):
			return part.key + " has characters that no text has, or several lines"
		case part.value != strings.TrimFunc(part.value, unseen):
			return part.key + " begins or ends with white space"
		}
	}
	return ""
}

type part struct{ key, value string }

// partsOf are the values by their keys, the optional one last.
func partsOf(c *cloudmore.Credentials) []part {
	return []part{
		{v1alpha1.SecretKeyUsername, c.Username}, {v1alpha1.SecretKeyPassword, c.Password},
		{v1alpha1.SecretKeyClientSecret, c.ClientSecret}, {v1alpha1.SecretKeyClientID, c.ClientID},
	}
}
