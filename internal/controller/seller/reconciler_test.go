package seller

import (
	"testing"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

func TestNoPassOnAVersionOlderThanTheOwnWrite(t *testing.T) {
	r, obj := &Reconciler{}, &v1alpha1.Seller{}
	at := func(version string) bool {
		obj.ResourceVersion = version
		return r.wroteAfter(obj)
	}
	if at("7") {
		t.Error("it wrote nothing yet")
	}
	obj.ResourceVersion = "10"
	r.wrote(obj)
	if !at("9") || at("10") || at("11") {
		t.Error("versions are compared otherwise than by age")
	}
}
