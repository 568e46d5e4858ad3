package seller

import "testing"

func TestAllowedEndpoints(t *testing.T) {
	for _, row := range []struct {
		connection Connection
		endpoint   string
		want       bool
	}{
		{Connection{}, "https://api.cloudmore.com", true},
		{Connection{}, "https://api-dev.cloudmore.com", true},
		{Connection{}, "https://API.cloudmore.com:443", true},
		{Connection{}, "https://api.cloudmore.com.evil.example", false},
		{Connection{}, "https://evil.example/api.cloudmore.com", false},
		{Connection{}, "https://169.254.169.254", false},
		{Connection{}, "https://kubernetes.default.svc", false},
		{Connection{}, "http://127.0.0.1:8080", false},
		{Connection{AllowInsecure: true}, "http://127.0.0.1:8080", true},
		{Connection{AllowInsecure: true}, "https://[::1]:8443", true},
		{Connection{AllowInsecure: true}, "https://localhost", true},
		{Connection{AllowInsecure: true}, "https://localhost.evil.example", false},
		{Connection{AllowInsecure: true}, "https://10.0.0.1", false},
		{Connection{AllowedHosts: []string{"seller.example"}}, "https://seller.example", true},
		{Connection{AllowedHosts: []string{"seller.example"}}, "https://api.cloudmore.com", false},
		{Connection{AllowedHosts: []string{"*.seller.example"}}, "https://eu.seller.example", true},
		{Connection{AllowedHosts: []string{"*.seller.example"}}, "https://evilseller.example", false},
		{Connection{AllowedHosts: []string{"*.seller.example"}}, "https://eu.seller.example.evil.example", false},
		{Connection{AllowedHosts: []string{"*.seller.example"}}, "https://seller.example", false},
		{Connection{AllowedHosts: []string{"*"}}, "https://anything.example", true},
		{Connection{AllowedHosts: []string{"*"}}, "https://%zz", false},
	} {
		if got := row.connection.permits(row.endpoint); got != row.want {
			t.Errorf("%+v permits %s: %v", row.connection, row.endpoint, got)
		}
	}
}

func TestHostPatterns(t *testing.T) {
	for pattern, right := range map[string]bool{
		"api.example.com": true, "*.example.com": true, "*": true,
		"": false, "*.": false, "https://api.example.com": false, "api.example.com:443": false, "api.*.com": false, "a b": false,
	} {
		if err := CheckHosts([]string{pattern}); (err == nil) != right {
			t.Errorf("%q: %v", pattern, err)
		}
	}
}

func TestAddressesInsideAreForTryingOut(t *testing.T) {
	for _, row := range []struct {
		connection Connection
		endpoint   string
		want       bool
	}{
		{Connection{}, "https://api.cloudmore.com", false},
		{Connection{AllowInsecure: true}, "https://api.cloudmore.com", false},
		{Connection{}, "https://localhost", false},
		{Connection{AllowInsecure: true}, "https://localhost", true},
		{Connection{AllowPrivateNetworks: true}, "https://api.cloudmore.com", true},
	} {
		if got := row.connection.reachesInside(row.endpoint); got != row.want {
			t.Errorf("%+v with %s: %v", row.connection, row.endpoint, got)
		}
	}
}
