package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// steps are shown in this order.
var steps = []struct {
	title string
	show  func(context.Context, *demo) error
}{
	{"An account: a Secret and a Seller", showSeller},
	{"A new reseller", showCreate},
	{"An edit", showEdit},
	{"Somebody changes the broker elsewhere", showDrift},
	{"Bad input", showBadInput},
	{"A value that only Cloudmore refuses", showRefusal},
	{"An existing broker is adopted, another one only watched", showAdoption},
	{"The answer to a create is lost, and the manager is killed", showCrash},
	{"Delete", showDelete},
}

// shortBounds lets a lost answer be settled in seconds: this API is on the same
// machine. A real account keeps the defaults.
const shortBounds = "creation: {deadline: 5s, commitBound: 5s, listLag: 1s}\n  observeInterval: 10s"

func showSeller(ctx context.Context, d *demo) error {
	d.say("The samples are applied as they are, but for the endpoint (%s, where the fake listens), its login, and shorter waits.", d.api)
	if err := d.apply(ctx, "cloudmore_credentials_secret.yaml",
		"your-api-user@example.com", "api@seller.example", "your-password", "demo-password", "your-api-secret", "demo-secret"); err != nil {
		return err
	}
	if err := d.apply(ctx, "cloudmore_v1alpha1_seller.yaml",
		"https://api.cloudmore.com", d.api, "observeInterval: 5m", shortBounds); err != nil {
		return err
	}
	if err := d.until(ctx, "seller/main", `.status.conditions[?(@.type=="Ready")].status`, "True"); err != nil {
		return err
	}
	d.kubectl(ctx, "get", "seller", "main", "-o", "wide")
	return nil
}

func showCreate(ctx context.Context, d *demo) error {
	if err := d.apply(ctx, "cloudmore_v1alpha1_reseller.yaml"); err != nil {
		return err
	}
	d.kubectl(ctx, "wait", "--for=condition=Ready", "reseller/abcdef", "--timeout=60s")
	d.kubectl(ctx, "get", "resellers", "-o", "wide")
	made, err := d.brokers(ctx, "abcdef.example")
	if err != nil {
		return err
	}
	if id := d.field(ctx, "reseller/abcdef", ".status.brokerID"); len(made) != 1 || made[0].ID != id {
		return fmt.Errorf("the account has %d brokers abcdef.example, and status names %q", len(made), id)
	}
	d.say("The account has exactly one broker abcdef.example, the one that status names.")
	return nil
}

func showEdit(ctx context.Context, d *demo) error {
	d.kubectl(ctx, "patch", "reseller", "abcdef", "--type=merge", "-p", `{"spec":{"contact":{"phone":"5551234"}}}`)
	if err := d.broker(ctx, "abcdef.example", func(b record) bool { return b.Broker.Contact.Phone == "5551234" }); err != nil {
		return err
	}
	if err := d.until(ctx, "reseller/abcdef", ".status.observedGeneration", "2"); err != nil {
		return err
	}
	d.kubectl(ctx, "get", "events.events.k8s.io", "--field-selector", "regarding.name=abcdef", "-o", "custom-columns=REASON:.reason,NOTE:.note")
	d.say("The broker has the new phone number. Fields that the spec does not name were sent back as they were.")
	return nil
}

func showDrift(ctx context.Context, d *demo) error {
	id := d.field(ctx, "reseller/abcdef", ".status.brokerID")
	if err := d.account(ctx, http.MethodPatch, "brokers/"+id, map[string]string{"name": "Somebody Else's Name"}, nil); err != nil {
		return err
	}
	d.say("In the portal somebody renamed broker %s to \"Somebody Else's Name\". The next sync of the account finds it;\nan annotation asks for a sync now:", id)
	d.kubectl(ctx, "annotate", "seller", "main", "cloudmore.com/reconcile-requested-at=now")
	if err := d.broker(ctx, "abcdef.example", func(b record) bool { return b.Broker.Name == "ABCDEF Company" }); err != nil {
		return err
	}
	if err := d.await(ctx, func() bool {
		out, _ := d.quietly(ctx, nil, "get", "events.events.k8s.io")
		return strings.Contains(out, "DriftCorrected")
	}); err != nil {
		return fmt.Errorf("no event tells that the drift was corrected: %w", err)
	}
	d.kubectl(ctx, "get", "events.events.k8s.io", "--field-selector", "reason=DriftCorrected", "-o", "custom-columns=REASON:.reason,NOTE:.note")
	return nil
}

func showBadInput(ctx context.Context, d *demo) error {
	out := d.kubectl(ctx, "patch", "reseller", "abcdef", "--type=merge", "-p", `{"spec":{"domain":"https://abcdef.example/","contact":{"email":"nobody"}}}`)
	if !strings.Contains(out, "spec.domain") || !strings.Contains(out, "spec.contact.email") {
		return fmt.Errorf("the API server did not name both faulty fields")
	}
	d.say("The API server refuses it, all faults at once. Nothing was changed.")
	return nil
}

func showRefusal(ctx context.Context, d *demo) error {
	if err := d.account(ctx, http.MethodPut, "settings", map[string]any{"definedProperties": []string{"segment"}}, nil); err != nil {
		return err
	}
	d.say("Custom properties must be defined in the portal first, which no CRD can know. Only \"segment\" is:")
	d.kubectl(ctx, "patch", "reseller", "abcdef", "--type=merge", "-p", `{"spec":{"customProperties":[{"id":"region","value":"north"}]}}`)
	if err := d.ready(ctx, "abcdef", "Refused"); err != nil {
		return err
	}
	out := d.kubectl(ctx, "get", "reseller", "abcdef", "-o", `jsonpath={.status.conditions[?(@.type=="Stalled")].message}`)
	if !strings.Contains(out, "spec.customProperties") {
		return fmt.Errorf("the refusal does not name the field: %s", out)
	}
	d.say("It is not sent again before the spec changes, not even after a restart. Corrected:")
	d.kubectl(ctx, "patch", "reseller", "abcdef", "--type=merge", "-p", `{"spec":{"customProperties":[{"id":"segment","value":"gold"}]}}`)
	d.kubectl(ctx, "wait", "--for=condition=Ready", "reseller/abcdef", "--timeout=60s")
	return d.ready(ctx, "abcdef", "InSync")
}

func showAdoption(ctx context.Context, d *demo) error {
	d.say("Two brokers were made in the portal long ago. One is named by its id, the other by registration number and domain:")
	for _, sample := range []string{"cloudmore_v1alpha1_reseller_adopt.yaml", "cloudmore_v1alpha1_reseller_observe.yaml"} {
		if err := d.apply(ctx, sample); err != nil {
			return err
		}
	}
	if err := d.until(ctx, "reseller/ghijkl", ".status.origin", "Adopted"); err != nil {
		return err
	}
	if err := d.ready(ctx, "mnopqr", "Observing"); err != nil {
		return err
	}
	if err := d.until(ctx, "reseller/ghijkl", `.status.conditions[?(@.type=="Ready")].status`, "True"); err != nil {
		return err
	}
	d.kubectl(ctx, "get", "resellers", "-o", "wide")
	return nil
}

func showCrash(ctx context.Context, d *demo) error {
	fault := []map[string]any{{"op": "create", "drop": "connection", "commit": "yes", "times": 1}}
	if err := d.account(ctx, http.MethodPut, "faults", fault, nil); err != nil {
		return err
	}
	d.say("The worst moment: Cloudmore makes the broker, the connection breaks before the answer, and the manager dies.\nThe sample once more, with another name, number and domain (stuvwx):")
	if err := d.apply(ctx, "cloudmore_v1alpha1_reseller.yaml", "abcdef", "stuvwx", "123456789", "423456789", "ABCDEF", "STUVWX"); err != nil {
		return err
	}
	if err := d.broker(ctx, "stuvwx.example", func(record) bool { return true }); err != nil {
		return err
	}
	if err := d.killManager(); err != nil {
		return err
	}
	d.say("The manager is killed (-9). What is left of the create:")
	d.kubectl(ctx, "get", "reseller", "stuvwx", "-o", `jsonpath=broker: {.status.brokerID}, open create: {.status.creation.attempt}`)
	d.say("It starts again. It does not know whether the POST took effect, so it looks before anything else:")
	if err := d.startManager(ctx); err != nil {
		return err
	}
	if err := d.ready(ctx, "stuvwx", "InSync"); err != nil {
		return err
	}
	d.kubectl(ctx, "get", "reseller", "stuvwx", "-o", "wide")
	made, err := d.brokers(ctx, "stuvwx.example")
	if err != nil {
		return err
	}
	if len(made) != 1 {
		return fmt.Errorf("the account has %d brokers stuvwx.example", len(made))
	}
	d.say("Exactly one broker stuvwx.example.")
	return nil
}

func showDelete(ctx context.Context, d *demo) error {
	d.kubectl(ctx, "delete", "resellers", "--all", "--timeout=60s")
	left, err := d.brokers(ctx, "")
	if err != nil {
		return err
	}
	names := make([]string, len(left))
	for i, b := range left {
		names[i] = b.Broker.Domain
	}
	if len(left) != 2 || !strings.Contains(strings.Join(names, " "), "ghijkl.example") || !strings.Contains(strings.Join(names, " "), "mnopqr.example") {
		return fmt.Errorf("the account has %v", names)
	}
	d.say("The brokers that were created here are deleted; those from the portal stay: %s.", strings.Join(names, ", "))
	return nil
}

// broker waits until the account has one broker of a domain, and it is as wanted.
func (d *demo) broker(ctx context.Context, domain string, wanted func(record) bool) error {
	var failure error
	err := d.await(ctx, func() bool {
		found, err := d.brokers(ctx, domain)
		failure = err
		return err == nil && len(found) == 1 && wanted(found[0])
	})
	if failure != nil {
		return failure
	}
	if err != nil {
		return fmt.Errorf("the broker %s is not as it is shown to be: %w", domain, err)
	}
	return nil
}
