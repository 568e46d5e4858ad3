package controller

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// filled is metadata in which every field has a value.
func filled(t *testing.T, annotation string) *metav1.PartialObjectMetadata {
	t.Helper()
	now, seconds := metav1.NewTime(time.Unix(1_770_000_000, 0)), int64(5)
	m := &metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"}, ObjectMeta: metav1.ObjectMeta{
		Name: "n", GenerateName: "g", Namespace: "ns", UID: "u", ResourceVersion: "7", Generation: 3,
		CreationTimestamp: now, DeletionTimestamp: &now, DeletionGracePeriodSeconds: &seconds,
		Labels: map[string]string{"l": annotation}, Annotations: map[string]string{corev1.LastAppliedConfigAnnotation: annotation},
		OwnerReferences: []metav1.OwnerReference{{Name: annotation}}, Finalizers: []string{"a/b", "c/d"},
		ManagedFields: []metav1.ManagedFieldsEntry{{Manager: annotation}},
	}}
	reflect.ValueOf(&m.ObjectMeta).Elem().FieldByName("SelfLink").SetString("/s")
	for i := range reflect.TypeFor[metav1.ObjectMeta]().NumField() {
		if reflect.ValueOf(m.ObjectMeta).Field(i).IsZero() {
			t.Fatalf("%s has no value", reflect.TypeFor[metav1.ObjectMeta]().Field(i).Name)
		}
	}
	return m
}

func TestTheCacheKeepsOfASecretWhatIsRead(t *testing.T) {
	kept := []string{"Name", "Namespace", "UID", "ResourceVersion", "DeletionTimestamp", "Finalizers"}
	before := filled(t, "secret")
	for kind, by := range metadataOnly() {
		obj, err := by.Transform(before.DeepCopy())
		if err != nil {
			t.Fatal(err)
		}
		after := obj.(*metav1.PartialObjectMetadata)
		if after.TypeMeta != before.TypeMeta {
			t.Errorf("%T: the kind is %+v", kind, after.TypeMeta)
		}
		for i := range reflect.TypeFor[metav1.ObjectMeta]().NumField() {
			name := reflect.TypeFor[metav1.ObjectMeta]().Field(i).Name
			was, is := reflect.ValueOf(before.ObjectMeta).Field(i), reflect.ValueOf(after.ObjectMeta).Field(i)
			if slices.Contains(kept, name) != reflect.DeepEqual(was.Interface(), is.Interface()) || !slices.Contains(kept, name) != is.IsZero() {
				t.Errorf("%T: %s became %v", kind, name, is)
			}
		}
	}
}

func TestWhatTheCacheKeepsDoesNotGrow(t *testing.T) {
	size := func(annotation string) int {
		obj, err := bare(filled(t, annotation))
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(obj)
		if err != nil {
			t.Fatal(err)
		}
		return len(text)
	}
	if small, large := size("x"), size(strings.Repeat("x", 256<<10)); small != large {
		t.Errorf("an annotation of 256 KiB has it keep %d bytes, not %d", large, small)
	}
}

func TestTheCacheKeepsNoContents(t *testing.T) {
	obj, err := bare(&corev1.Secret{Data: map[string][]byte{"password": []byte("pw")}})
	if m, is := obj.(*metav1.PartialObjectMetadata); err != nil || !is || !reflect.DeepEqual(*m, metav1.PartialObjectMetadata{}) {
		t.Errorf("keeps %+v, %v", obj, err)
	}
}
