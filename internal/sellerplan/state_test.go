package sellerplan

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

var now = time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)

func ago(d time.Duration) time.Time { return now.Add(-d) }

func stamp(t time.Time) metav1.Time { return metav1.NewTime(t) }

const endpoint = "https://a.example"

// usual is a Seller in good order, at the end of its pass: in use, protected, its
// credentials at work and its account read.
func usual() *State {
	account := broker.AccountOf(endpoint, "s")
	prints := Prints{Client: "client", Login: "login", Secret: "secret", Revision: "7"}
	status := func() *v1alpha1.SellerStatus {
		return &v1alpha1.SellerStatus{Verified: &v1alpha1.VerifiedAccount{
			SellerID: "s", Endpoint: endpoint, SecretRevision: "7", At: stamp(ago(time.Hour)),
		}}
	}
	return &State{
		Now: now, Stored: status(), Status: status(),
		Seller: Seller{
			Kind: v1alpha1.SellerKindSeller, Namespace: "n", Name: "main", Generation: 3, Protected: true, Account: account,
			SellerID: "s", Endpoint: endpoint, EndpointAllowed: true, SecretNamespace: "n", SecretName: "api",
		},
		Users:       []User{{Namespace: "n", Name: "r", Admitted: true}},
		Held:        []Held{{Found: true, Protected: true}},
		Credentials: &Credentials{Found: true, Endpoint: endpoint, Prints: prints},
		Session:     &Session{Prints: prints, Account: account, Logins: Logins{Granted: true}},
		Account:     Account{Known: true, Verified: true, Entitled: true},
		Outcome:     Outcome{Entered: &Entered{}, Counted: &Counted{Read: true, Total: 1, Managed: 1}},
	}
}

// but is that with a change.
func but(changes ...func(*State)) *State {
	s := usual()
	for _, change := range changes {
		change(s)
	}
	return s
}

// status changes what is stored, and what the pass knows of it.
func status(change func(*v1alpha1.SellerStatus)) func(*State) {
	return func(s *State) { change(s.Stored); change(s.Status) }
}

// brake is a halt of the account.
func brake(since time.Time, whom ...v1alpha1.HaltedWrite) *v1alpha1.WriteHalt {
	return &v1alpha1.WriteHalt{
		Kind: v1alpha1.HaltBrake, Since: metav1.NewMicroTime(since), Most: 2, Total: 9, Window: metav1.Duration{Duration: time.Hour}, Whom: whom,
	}
}

func pointer[T any](v T) *T { return &v }
