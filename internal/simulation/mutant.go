package simulation

import (
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// Mutant is a controller that was broken on purpose: one safeguard is missing.
// Every part may be nil.
type Mutant struct {
	Name string
	// Decide stands for plan.Next.
	Decide func(*plan.State) plan.Step
	// View changes what the cache shows.
	View func(client.Object) client.Object
	// Client and Live change how the API server is used.
	Client func(*manager, cachedClient) client.Client
	Live   func(*manager, client.Reader) client.Reader
}

func (m *Mutant) decide() func(*plan.State) plan.Step {
	if m == nil {
		return nil
	}
	return m.Decide
}

func (m *Mutant) view() func(client.Object) client.Object {
	if m == nil {
		return nil
	}
	return m.View
}

func (m *Mutant) client(of *manager, c cachedClient) client.Client {
	if m == nil || m.Client == nil {
		return c
	}
	return m.Client(of, c)
}

func (m *Mutant) live(of *manager, r client.Reader) client.Reader {
	if m == nil || m.Live == nil {
		return r
	}
	return m.Live(of, r)
}
