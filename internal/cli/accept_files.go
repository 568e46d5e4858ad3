package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/admission"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/manifest"
)

// correction is the text of a file, as it is changed.
type correction struct {
	file  string
	text  []byte
	tells []string
}

// intoFiles writes what brokers show into the manifests of files: all of them, or none
// where one can't be written into.
func (c *acceptor) intoFiles(ctx context.Context, name string) error {
	server, namespace, err := c.client()
	if err != nil {
		return err
	}
	rules, err := admission.New()
	if err != nil {
		return err
	}
	files, err := everyFile(c.files)
	if err != nil {
		return err
	}
	var all []correction
	found := false
	for _, file := range files {
		changed, has, err := c.intoFile(ctx, server, rules, file, namespace, name)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		found = found || has
		if len(changed.tells) > 0 {
			all = append(all, *changed)
		}
	}
	if name != "" && !found {
		return fmt.Errorf("no file describes reseller/%s", name)
	}
	return c.write(all)
}

// everyFile are the YAML files of all that is named.
func everyFile(names []string) ([]string, error) {
	var all []string
	for _, name := range names {
		files, err := yamlFiles(name)
		if err != nil {
			return nil, err
		}
		all = append(all, files...)
	}
	return all, nil
}

// intoFile is the text of a file with what the brokers of its Resellers show.
func (c *acceptor) intoFile(ctx context.Context, server client.Client, rules *admission.Rules, file, namespace, name string) (changed *correction, has bool, err error) {
	text, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return nil, false, err
	}
	changed = &correction{file: file, text: text}
	documents, err := manifest.Read(text)
	if err != nil {
		return nil, false, err
	}
	for i := range documents {
		key, is := resellerKey(documents[i].Object, namespace)
		if !is || name != "" && key.Name != name {
			continue
		}
		has = true
		r := &v1alpha1.Reseller{}
		if err := server.Get(ctx, key, r); apierrors.IsNotFound(err) {
			continue // it was never applied
		} else if err != nil {
			return nil, has, explained(err)
		}
		if err := c.intoDocument(changed, &documents[i], r, rules); err != nil {
			return nil, has, fmt.Errorf("reseller/%s: %w", key.Name, err)
		}
		// Places of the documents behind are those of the changed text.
		if documents, err = manifest.Read(changed.text); err != nil {
			return nil, has, err
		}
	}
	return changed, has, nil
}

func (c *acceptor) intoDocument(changed *correction, document *manifest.Document, r *v1alpha1.Reseller, rules *admission.Rules) error {
	fields := c.fields
	if len(fields) > 0 { // of many, some do not differ in it
		if fields = differing(r.Status.Drift, fields); len(fields) == 0 {
			return nil
		}
	}
	chosen, err := chosenOf(r.Status.Drift, fields)
	if err != nil || len(chosen) == 0 {
		return err
	}
	var values []manifest.Value
	for i := range chosen {
		values = append(values, manifest.Value{Path: stepsOf(chosen[i].Field), To: valueOf(&chosen[i])})
	}
	text, err := manifest.Set(changed.text, document, values)
	if err != nil {
		return err
	}
	if err := admitted(rules, text, r); err != nil {
		return err
	}
	changed.text = text
	for _, d := range chosen {
		changed.tells = append(changed.tells, fmt.Sprintf("reseller/%s: %s is now %s", r.Name, d.Field, quoted(d.Observed)))
	}
	return nil
}

// admitted says whether admission takes what a text makes of a Reseller.
func admitted(rules *admission.Rules, text []byte, r *v1alpha1.Reseller) error {
	documents, err := manifest.Read(text)
	if err != nil {
		return err
	}
	for i := range documents {
		key, is := resellerKey(documents[i].Object, r.Namespace)
		if !is || key != client.ObjectKeyFromObject(r) {
			continue
		}
		if refusals := rules.Refusals(documents[i].Object); len(refusals) > 0 {
			return fmt.Errorf("admission would refuse what the broker shows: %s %s", refusals[0].Path, refusals[0].Says)
		}
	}
	return nil
}

// write writes the files, or prints them.
func (c *acceptor) write(all []correction) error {
	if len(all) == 0 {
		c.printf("nothing differs\n")
		return nil
	}
	for i := range all {
		if c.print {
			c.printf("%s", all[i].text)
			continue
		}
		if err := rewrite(all[i].file, all[i].text); err != nil {
			return err
		}
		for _, tell := range all[i].tells {
			c.printf("%s: %s\n", all[i].file, tell)
		}
	}
	return nil
}

// rewrite replaces a file as a whole or not at all, with the rights that it has.
func rewrite(file string, text []byte) error {
	file, err := filepath.EvalSymlinks(file)
	if err != nil {
		return err
	}
	at, err := os.Stat(file)
	if err != nil {
		return err
	}
	beside, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	_, err = beside.Write(text)
	err = errors.Join(err, beside.Chmod(at.Mode().Perm()), beside.Close())
	if err == nil {
		err = os.Rename(beside.Name(), file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(beside.Name()))
	}
	return nil
}

// resellerKey is the name of the Reseller that a document describes; false for other kinds.
func resellerKey(object map[string]any, namespace string) (client.ObjectKey, bool) {
	version, _ := object["apiVersion"].(string)
	metadata, _ := object["metadata"].(map[string]any)
	name, _ := metadata["name"].(string)
	own, _ := metadata["namespace"].(string)
	return client.ObjectKey{Namespace: or(own, namespace), Name: name},
		object["kind"] == "Reseller" && strings.HasPrefix(version, v1alpha1.GroupVersion.Group+"/") && name != ""
}

// differing are those of the fields that differ.
func differing(drift []v1alpha1.Drift, fields []string) []string {
	return slices.DeleteFunc(slices.Clone(fields), func(field string) bool {
		return !slices.ContainsFunc(drift, func(d v1alpha1.Drift) bool { return d.Field == field })
	})
}

// stepsOf is the path of a field in a manifest.
func stepsOf(field string) []string {
	if id, is := broker.PropertyID(field); is {
		return []string{"spec", "customProperties", id, "value"}
	}
	return strings.Split(field, ".")
}

// valueOf is what the broker shows, as a manifest says it.
func valueOf(d *v1alpha1.Drift) any {
	if d.Field == "spec.allowCmpAccess" {
		return d.Observed == "true"
	}
	return d.Observed
}
