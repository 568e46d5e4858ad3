package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cli"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// foreseenChange is what diff says of one object.
type foreseenChange struct {
	Name     string                               `json:"name"`
	Action   string                               `json:"action"`
	BrokerID string                               `json:"brokerID"`
	Fields   []struct{ Field, Have, Want string } `json:"fields"`
}

// foresee asks diff about all of them: nothing is made for it.
func (e *edits) foresee(all []edit) (map[string]foreseenChange, error) {
	folder := e.ts.MkAbs(fmt.Sprintf("edits-%d", e.made))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	args, files := []string{"--delete"}, 0
	for i := range all {
		if all[i].next == nil {
			args = append(args, all[i].name)
			continue
		}
		files++
		if err := e.manifest(folder, all[i].next); err != nil {
			return nil, err
		}
	}
	found := map[string]foreseenChange{}
	var failed error
	if files > 0 {
		failed = e.diff(found, "-f", folder)
	}
	if len(args) > 1 {
		failed = errors.Join(failed, e.diff(found, args...))
	}
	return found, failed
}

// diff runs kubectl reseller diff in this process.
func (e *edits) diff(found map[string]foreseenChange, args ...string) error {
	var out, failed bytes.Buffer
	args = append([]string{"diff", "--kubeconfig", filepath.Join(e.ts.Getenv("HOME"), "kubeconfig"), "-o", "json", "--show-values", "--rate", "500"}, args...)
	code := cli.Run(context.Background(), args, cli.Env{
		IOStreams: genericiooptions.IOStreams{In: &bytes.Buffer{}, Out: &out, ErrOut: &failed}, Version: "v0.0.0-test", Getenv: os.Getenv, Now: time.Now,
	})
	if code > 1 {
		return fmt.Errorf("%v: exit code %d: %s", args, code, failed.String())
	}
	var said struct{ Changes []foreseenChange }
	err := json.Unmarshal(out.Bytes(), &said)
	for _, c := range said.Changes {
		found[c.Name] = c
	}
	return err
}

// settled waits until every edit has come to its end.
func (e *edits) settled(all []edit) error {
	ctx, cancel := context.WithTimeout(context.Background(), startsWithin)
	defer cancel()
	w, err := e.server.Watch(ctx, &v1alpha1.ResellerList{}, client.InNamespace(e.namespace))
	if err != nil {
		return err
	}
	defer w.Stop()
	waits, left := map[string]*edit{}, map[string]string{}
	for i := range all {
		waits[all[i].name] = &all[i]
		left[all[i].name] = "not seen"
		if all[i].next != nil {
			e.names = append(e.names, all[i].name)
			continue
		}
		r := &v1alpha1.Reseller{}
		if client.IgnoreNotFound(e.server.Get(ctx, client.ObjectKey{Namespace: e.namespace, Name: all[i].name}, r)) == nil && r.Name == "" {
			delete(left, all[i].name)
		}
	}
	for len(left) > 0 {
		event, more := <-w.ResultChan()
		if !more {
			return fmt.Errorf("not settled within %s: %v", startsWithin, left)
		}
		r, is := event.Object.(*v1alpha1.Reseller)
		if !is || waits[r.Name] == nil {
			continue
		}
		deleted := waits[r.Name].next == nil
		if event.Type == watch.Deleted || (deleted == (r.DeletionTimestamp != nil) && atRest(r)) { // a suspended one does not go
			delete(left, r.Name)
			continue
		}
		left[r.Name] = fmt.Sprintf("%+v", r.Status.Conditions)
	}
	return nil
}

// atRest says that nothing more is to be expected of an object.
func atRest(r *v1alpha1.Reseller) bool {
	ready := meta.FindStatusCondition(r.Status.Conditions, v1alpha1.ConditionReady)
	return ready != nil && r.Status.ObservedGeneration == r.Generation && r.Status.LastHandledReconcileAt == r.Annotations[v1alpha1.AnnotationReconcileRequestedAt] &&
		(ready.Status == "True" || r.Status.Turn == v1alpha1.TurnYou || ready.Reason == v1alpha1.ReasonSuspended)
}

// compare says where the account records something else than was foreseen.
func (e *edits) compare(all []edit, foreseen map[string]foreseenChange, history []fake.Exchange) error {
	byBroker := map[string]string{} // what was foreseen to be written
	for name, c := range foreseen {
		if c.Action == "update" || c.Action == "delete" {
			byBroker[c.BrokerID] = name
		}
	}
	happened := map[string]string{}
	for i := range history {
		ex := &history[i]
		if !ex.Committed || (ex.Op != fake.OpCreate && ex.Op != fake.OpUpdate && ex.Op != fake.OpDelete) {
			continue
		}
		var sent fake.Broker
		if ex.Op != fake.OpDelete {
			e.ts.Check(json.Unmarshal(ex.Body, &sent))
		}
		name, before := byBroker[ex.Broker], map[string]string{}
		if ex.Op == fake.OpCreate {
			name = e.nameOf(all, sent.Domain)
		} else if ex.Replaced != nil {
			before = valuesOf(*ex.Replaced)
		}
		if name == "" || happened[name] != "" {
			return fmt.Errorf("a second %s of broker %s, or one that was not foreseen: %s", ex.Op, ex.Broker, ex.Body)
		}
		happened[name] = string(ex.Op)
		if err := sameFields(foreseen[name], before, valuesOf(sent), ex.Op); err != nil {
			return err
		}
	}
	for i := range all {
		c, name := foreseen[all[i].name], all[i].name
		writes := map[string]string{"create": string(fake.OpCreate), "update": string(fake.OpUpdate), "delete": string(fake.OpDelete)}[c.Action]
		if happened[name] != writes {
			return fmt.Errorf("%s: it foresees %q, and %q happens", name, c.Action, happened[name])
		}
		if c.Action == "" {
			c.Action = "nothing"
		}
		e.left[c.Action]++
	}
	return nil
}

func (e *edits) nameOf(all []edit, domain string) string {
	for i := range all {
		if next := all[i].next; next != nil && string(*next.Spec.Domain) == domain {
			return next.Name
		}
	}
	return ""
}

// sameFields says where a write changes other fields than were foreseen, or otherwise.
func sameFields(c foreseenChange, before, sent map[string]string, op fake.Operation) error {
	changed := map[string][2]string{}
	for path := range union(before, sent) {
		if op != fake.OpDelete && before[path] != sent[path] {
			changed[path] = [2]string{before[path], sent[path]}
		}
	}
	named := map[string][2]string{}
	for _, f := range c.Fields {
		named[f.Field] = [2]string{f.Have, f.Want}
	}
	if !maps.Equal(changed, named) {
		return fmt.Errorf("%s: it foresees %v, and %s changes %v", c.Name, named, op, changed)
	}
	return nil
}

func union(a, b map[string]string) map[string]string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// valuesOf are the values of a broker by the path of the field, those that are empty left out.
func valuesOf(b fake.Broker) map[string]string {
	tree, all := map[string]any{}, map[string]string{}
	if convert(b, &tree) == nil {
		flatten("spec", tree, all)
	}
	return all
}

func flatten(path string, tree map[string]any, into map[string]string) {
	for name, value := range tree {
		switch value := value.(type) {
		case map[string]any:
			flatten(path+"."+name, value, into)
		case string:
			if value != "" {
				into[path+"."+name] = value
			}
		case bool:
			into[path+"."+name] = fmt.Sprint(value)
		default: // lists are not edited here
		}
	}
}

// convert makes one of another by JSON.
func convert(from, into any) error {
	text, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}
