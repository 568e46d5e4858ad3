package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// fromFiles are the Resellers of the files, each with the status of the one that it changes.
func (d *differ) fromFiles(ctx context.Context) ([]v1alpha1.Reseller, error) {
	var all []v1alpha1.Reseller
	names := d.files
	if d.kustomize != "" {
		names = append(names, "")
	}
	for _, name := range names {
		found, err := d.read(name)
		if err != nil {
			return nil, err
		}
		for _, object := range found {
			if seller := sellerIn(object, d.inNamespace); seller != nil {
				d.sellers = append(d.sellers, seller)
			}
			if object["kind"] != "Reseller" {
				continue
			}
			r, err := d.changed(ctx, object)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", or(name, d.kustomize), err)
			}
			all = append(all, *r)
		}
	}
	return all, nil
}

// read are the objects of a file or folder; of the kustomization for "".
func (d *differ) read(name string) ([]map[string]any, error) {
	if name != "" {
		return manifests(name, d.In)
	}
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), d.kustomize)
	if err != nil {
		return nil, err
	}
	text, err := built.AsYaml()
	if err != nil {
		return nil, err
	}
	return decode(bytes.NewReader(text))
}

// manifests are the objects of a file, of all YAML files of a folder, or of stdin for "-".
func manifests(name string, in io.Reader) ([]map[string]any, error) {
	if name == "-" {
		return decode(in)
	}
	files, err := yamlFiles(name)
	if err != nil {
		return nil, err
	}
	var all []map[string]any
	for _, file := range files {
		text, err := os.ReadFile(filepath.Clean(file))
		if err != nil {
			return nil, err
		}
		found, err := decode(strings.NewReader(string(text)))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, found...)
	}
	return all, nil
}

// yamlFiles are the YAML files of a folder, or the one file that is named.
func yamlFiles(name string) ([]string, error) {
	at, err := os.Stat(name)
	if err != nil || !at.IsDir() {
		return []string{name}, err
	}
	return filepath.Glob(filepath.Join(name, "*.y*ml"))
}

func decode(in io.Reader) ([]map[string]any, error) {
	var all []map[string]any
	documents := utilyaml.NewYAMLOrJSONDecoder(in, 4096)
	for {
		var object map[string]any
		err := documents.Decode(&object)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		if object != nil {
			all = append(all, object)
		}
	}
}

// changed is the object that a manifest makes, or makes of the one that is there.
func (d *differ) changed(ctx context.Context, object map[string]any) (*v1alpha1.Reseller, error) {
	next := &v1alpha1.Reseller{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(object, next, true); err != nil {
		return nil, err
	}
	if refusals := d.rules.Refusals(object); len(refusals) > 0 {
		return nil, fmt.Errorf("admission refuses reseller/%s: %s %s", next.Name, refusals[0].Path, refusals[0].Says)
	}
	next.Namespace = or(next.Namespace, d.inNamespace)
	next.Status = v1alpha1.ResellerStatus{ObservedGeneration: -1}
	if d.offline {
		next.CreationTimestamp, next.Generation = metav1.NewTime(d.Now()), 1
		return next, nil
	}
	now := &v1alpha1.Reseller{}
	err := d.client.Get(ctx, client.ObjectKeyFromObject(next), now)
	switch {
	case apierrors.IsNotFound(err):
		next.CreationTimestamp, next.Generation = metav1.NewTime(d.Now()), 1
		return next, nil
	case err != nil:
		return nil, explained(err)
	}
	if !equality.Semantic.DeepEqual(now.Spec, next.Spec) {
		now.Spec = next.Spec
		now.Generation++
	}
	for name, value := range next.Annotations {
		metav1.SetMetaDataAnnotation(&now.ObjectMeta, name, value)
	}
	return now, nil
}
