package simulation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
	"github.com/reseller-operator/reseller-operator/internal/gather"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// What becomes of a Reseller up to its next write, in words that a preview and the
// histories share.
const (
	effectCreate  = "create"
	effectUpdate  = "update"
	effectDelete  = "delete"
	effectAdopt   = "adopt"
	effectForget  = "forget"
	effectOrphan  = "orphan"
	effectRelease = "release"
	effectNothing = "nothing"
)

// effect is one of them: of which broker, and for a write the values that it sends.
type effect struct {
	kind   string
	broker broker.ID
	values texts
	// mark is the path of the ownership mark of a create, which names an attempt that
	// nobody foresees.
	mark string
	at   time.Time
}

// String leaves the values out.
func (e effect) String() string { return strings.TrimSpace(e.kind + " " + string(e.broker)) }

// preview is what Foresee says of a Reseller as it would be, of the account as the API
// shows it now. It is read beside the managers, and through no point.
func (w *World) preview(obj *v1alpha1.Reseller) (f plan.Foreseen, err error) {
	err = errors.New("the account was not read")
	done := false
	w.spawn(w.leader(), "preview", "", func(ctx context.Context) {
		f, err = w.foresee(ctx, obj)
		done = true
	})
	w.Run(patience, func() bool { return done })
	return f, err
}

func (w *World) foresee(ctx context.Context, obj *v1alpha1.Reseller) (f plan.Foreseen, err error) {
	found, err := w.server.find("Seller", named(obj.Namespace+"/"+string(obj.Spec.SellerRef.Name)))
	if err != nil {
		return f, err
	}
	seller := found.obj.(*v1alpha1.Seller)
	client, err := cloudmore.New(cloudmore.Config{
		Endpoint: seller.Spec.Endpoint, SellerID: string(seller.Spec.SellerID), Now: now, UserAgent: "preview", Transport: bystanding{w},
		Credentials: cloudmore.Credentials{Username: fake.DefaultUsername, Password: fake.DefaultPassword, ClientSecret: fake.DefaultClientSecret},
	})
	if err != nil {
		return f, err
	}
	listing, err := client.List(ctx)
	if err != nil {
		return f, err
	}
	account := &gather.Account{Brokers: listing.Brokers, Unreadable: listing.Unreadable, At: now()}
	for _, s := range w.server.list("Reseller") {
		if r := s.obj.(*v1alpha1.Reseller); w.apiOf(r) == w.apiOf(obj) {
			account.Resellers = append(account.Resellers, *r)
		}
	}
	look := func(id broker.ID) (l plan.Looked) {
		var answer error
		if l.Broker, answer = client.Get(ctx, id); answer != nil && !errors.As(answer, &l.Failure) {
			err = answer
		}
		return l
	}
	if l := look(broker.ID(obj.Status.BrokerID)); obj.Status.BrokerID != "" && l.Failure == nil {
		account.Details = []broker.Broker{l.Broker}
	}
	f = gather.Foresee(obj, seller, account, plan.Answers{Look: look, Activated: func(id broker.ID) bool {
		activated, failed := client.ActiveReseller(ctx, id)
		err = errors.Join(err, failed)
		return activated
	}})
	return f, err
}

// bystanding carries the calls of somebody who is no manager.
type bystanding struct{ w *World }

// RoundTrip implements http.RoundTripper.
func (b bystanding) RoundTrip(r *http.Request) (*http.Response, error) {
	to := b.w.apiAt(r.URL)
	to.ClearFaults()
	return to.RoundTripper().RoundTrip(r)
}

// foreseen are the effects that a preview names. One that lets go of what lives no more
// leaves nothing behind.
func (a *api) foreseen(f *plan.Foreseen) (all []effect) {
	for _, step := range f.Takes {
		switch step := step.(type) {
		case plan.Bind:
			all = append(all, effect{kind: effectAdopt, broker: step.ID})
		case plan.RecordBroker:
			all = append(all, effect{kind: effectAdopt, broker: step.ID})
		case plan.Forget:
			all = append(all, effect{kind: effectForget})
		case plan.Release:
			kind := effectRelease
			if step.Orphaned && a.lives(string(f.State.Record.BrokerID)) {
				kind = effectOrphan
			}
			all = append(all, effect{kind: kind})
		default:
		}
	}
	if f.Write != nil {
		all = append(all, writeOf(f))
	}
	return all
}

func writeOf(f *plan.Foreseen) effect {
	switch f.Write.Call() {
	case plan.CallCreate:
		return effect{kind: effectCreate, values: valuesOf(&f.State.Desired.Broker), mark: "customProperties[" + f.State.Access.Mark.PropertyID + "]"}
	case plan.CallDelete:
		return effect{kind: effectDelete, broker: f.State.Record.BrokerID}
	default:
		sent := f.Write.(plan.Update).Body
		return effect{kind: effectUpdate, broker: f.State.Record.BrokerID, values: valuesOf(&sent)}
	}
}

// valuesOf are the values that a body has, those that are empty left out.
func valuesOf(b *broker.Broker) texts {
	all := texts{}
	for i := range broker.Fields {
		if value, there := broker.Fields[i].Get(b); there && value != "" {
			all[broker.Fields[i].API] = value
		}
	}
	for _, p := range b.CustomProperties {
		all["customProperties["+p.ID+"]"] = p.Value
	}
	return all
}

// sentBy are the same of a request.
func sentBy(body []byte) texts {
	all := texts{}
	tree := map[string]any{}
	_ = json.Unmarshal(body, &tree) // the client's own encoding
	for path, value := range textsOf(tree) {
		if _, known := required[path]; value != "" && (known || strings.HasPrefix(path, "customProperties[")) {
			all[path] = value
		}
	}
	return all
}

// happened are the effects on a Reseller since so many changes and calls, up to its first
// write.
func (w *World) happened(of *api, uid types.UID, changes, calls int) []effect {
	all := append(w.takes(of, uid, changes), w.sends(of, uid, calls)...)
	slices.SortStableFunc(all, func(a, b effect) int { return a.at.Compare(b.at) })
	for i := range all {
		if all[i].kind == effectCreate || all[i].kind == effectUpdate || all[i].kind == effectDelete {
			return all[:i+1]
		}
	}
	return all
}

// takes are what it was bound to, or let go of.
func (w *World) takes(of *api, uid types.UID, changes int) (all []effect) {
	for _, c := range w.server.changes["Reseller"][changes:] {
		before, _ := c.before.(*v1alpha1.Reseller)
		after, _ := c.after.(*v1alpha1.Reseller)
		if before == nil || before.UID != uid {
			continue
		}
		held := before.Status.BrokerID
		switch {
		case after == nil && held != "" && of.lives(held):
			all = append(all, effect{kind: effectOrphan, at: c.at})
		case after == nil:
			all = append(all, effect{kind: effectRelease, at: c.at})
		case held == "" && after.Status.BrokerID != "":
			all = append(all, effect{kind: effectAdopt, broker: broker.ID(after.Status.BrokerID), at: c.at})
		case held != "" && after.Status.BrokerID == "":
			all = append(all, effect{kind: effectForget, at: c.at})
		default: // nothing of what it holds changed
		}
	}
	return all
}

func (a *api) lives(id string) bool {
	b, known := a.Broker(id)
	return known && b.State == fake.StateLive
}

// sends are the writes that were sent for it.
func (w *World) sends(of *api, uid types.UID, calls int) (all []effect) {
	own := map[int]bool{}
	for _, p := range w.trace {
		own[p.n] = p.uid == w.known(uid)
	}
	history := of.History()
	for i := calls; i < len(history); i++ {
		ex := &history[i]
		if n, _ := strconv.Atoi(ex.Header.Get(pointHeader)); !own[n] {
			continue
		}
		switch ex.Op {
		case fake.OpCreate:
			all = append(all, effect{kind: effectCreate, values: sentBy(ex.Body), at: ex.At})
		case fake.OpUpdate:
			all = append(all, effect{kind: effectUpdate, broker: broker.ID(ex.Broker), values: sentBy(ex.Body), at: ex.At})
		case fake.OpDelete:
			all = append(all, effect{kind: effectDelete, broker: broker.ID(ex.Broker), at: ex.At})
		default: // reads
		}
	}
	return all
}

// differs says how what was foreseen is not what happened; "" for not at all.
func differs(foreseen, happened []effect) string {
	alike := slices.EqualFunc(foreseen, happened, func(a, b effect) bool { return a.kind == b.kind && a.broker.Key() == b.broker.Key() })
	if !alike {
		return fmt.Sprintf("it foresees %v, and %v happens", foreseen, happened)
	}
	for i := range foreseen {
		for path, value := range foreseen[i].values {
			if sent := happened[i].values[path]; sent != value {
				return fmt.Sprintf("%s: it foresees %s %q, and %q is sent", foreseen[i], path, value, sent)
			}
		}
		for path, value := range happened[i].values {
			if _, there := foreseen[i].values[path]; !there && path != foreseen[i].mark {
				return fmt.Sprintf("%s: %s %q is sent, which it does not foresee", foreseen[i], path, value)
			}
		}
	}
	return ""
}
