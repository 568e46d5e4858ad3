package simulation

import (
	"net/url"
	"slices"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// otherEndpoint is where the second account is, if there is one.
const otherEndpoint = "https://api-dev.cloudmore.com"

// api is one seller API with one account.
type api struct {
	*fake.Server
	endpoint string
}

// addAPI makes an account with nothing in it but somebody else's broker.
func (w *World) addAPI(at string, seed uint64, shapes fake.Shapes) *api {
	server, err := fake.New(fake.Options{Seed: seed, Shapes: shapes, Sleep: w.sleep})
	if err != nil {
		panic(err) // settings that make no sense
	}
	server.Add(bystander)
	added := &api{server, at}
	w.apis = append(w.apis, added)
	return added
}

// apiAt is the API that a call goes to.
func (w *World) apiAt(u *url.URL) *api {
	for _, a := range w.apis {
		if a.endpoint == u.Scheme+"://"+u.Host {
			return a
		}
	}
	panic("nobody is at " + u.Host)
}

// apiOf is the API that a Reseller's Seller leads to.
func (w *World) apiOf(r *v1alpha1.Reseller) *api {
	found, err := w.server.find("Seller", named(r.Namespace+"/"+string(r.Spec.SellerRef.Name)))
	if err != nil {
		return w.apis[0]
	}
	return w.apiAtEndpoint(found.obj.(*v1alpha1.Seller).Spec.Endpoint)
}

// apiAtEndpoint is the API at the endpoint of a Seller.
func (w *World) apiAtEndpoint(at string) *api {
	i := slices.IndexFunc(w.apis, func(a *api) bool { return a.endpoint == at })
	return w.apis[max(i, 0)]
}

// within is a change of a Reseller, without content if it is of another account.
func (w *World) within(a *api, c change) change {
	r, _ := c.after.(*v1alpha1.Reseller)
	if r == nil {
		r, _ = c.before.(*v1alpha1.Reseller)
	}
	if w.apiOf(r) == a {
		c.before, c.after = w.asKnown(c.before), w.asKnown(c.after)
		return c
	}
	return change{version: c.version, at: c.at, by: c.by, kind: c.kind}
}

// nameOf is the name by which named finds a Reseller again.
func nameOf(r *v1alpha1.Reseller) string { return r.Namespace + "/" + r.Name }
