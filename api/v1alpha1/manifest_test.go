package v1alpha1_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// sample reads one manifest of config/samples.
func sample(name string) *unstructured.Unstructured {
	manifest, err := fs.ReadFile(os.DirFS(sampleDir), name)
	if err != nil {
		panic(err)
	}
	object := &unstructured.Unstructured{}
	if err := yaml.Unmarshal(manifest, &object.Object); err != nil {
		panic(fmt.Errorf("%s: %w", name, err))
	}
	return object
}

func validReseller() *unstructured.Unstructured {
	return sample("cloudmore_v1alpha1_reseller.yaml")
}

func validSeller() *unstructured.Unstructured { return sample("cloudmore_v1alpha1_seller.yaml") }

func validClusterSeller() *unstructured.Unstructured {
	return sample("cloudmore_v1alpha1_clusterseller.yaml")
}

// changes are values by field path, such as spec.customProperties[0].id.
type changes map[string]any

// absent removes the field.
var absent = struct{}{}

func (c changes) applyTo(object *unstructured.Unstructured) *unstructured.Unstructured {
	for path, value := range c {
		object.Object = changed(object.Object, steps(path), value).(map[string]any)
	}
	return object
}

func steps(path string) []string {
	return strings.Split(strings.ReplaceAll(path, "[", ".["), ".")
}

// changed returns node with the value at the end of the steps changed; what is
// missing on the way is made.
func changed(node any, steps []string, value any) any {
	if len(steps) == 0 {
		return value
	}
	if index, ok := strings.CutPrefix(steps[0], "["); ok {
		i, err := strconv.Atoi(strings.TrimSuffix(index, "]"))
		if err != nil {
			panic(err)
		}
		list, _ := node.([]any)
		for len(list) <= i {
			list = append(list, map[string]any{})
		}
		list[i] = changed(list[i], steps[1:], value)
		return list
	}
	fields, _ := node.(map[string]any)
	if fields == nil {
		fields = map[string]any{}
	}
	if value == any(absent) && len(steps) == 1 {
		delete(fields, steps[0])
		return fields
	}
	fields[steps[0]] = changed(fields[steps[0]], steps[1:], value)
	return fields
}

// faultsOf lists what the API server found, as kubectl shows it: one
// "field: message" each.
func faultsOf(err error) []string {
	var refused *apierrors.StatusError
	if !errors.As(err, &refused) || refused.ErrStatus.Details == nil {
		return []string{fmt.Sprint(err)}
	}
	var faults []string
	for _, cause := range refused.ErrStatus.Details.Causes {
		faults = append(faults, cause.Field+": "+cause.Message)
	}
	return faults
}
