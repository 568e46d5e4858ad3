package seller

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

func TestAPassFollowsEveryChangeOfFinalizers(t *testing.T) {
	ours, theirs := v1alpha1.FinalizerInUse, "example.com/theirs"
	for _, row := range []struct {
		name          string
		before, after []string
		want          bool
	}{
		{"none changed", []string{ours}, []string{ours}, false},
		{"ours is removed", []string{ours}, nil, true},
		{"another is added", []string{ours}, []string{ours, theirs}, true},
		{"another is in the place of ours", []string{ours}, []string{theirs}, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			with := func(finalizers []string) *v1alpha1.Seller {
				return &v1alpha1.Seller{ObjectMeta: metav1.ObjectMeta{Finalizers: finalizers}}
			}
			if got := finalizersChanged.Update(event.UpdateEvent{ObjectOld: with(row.before), ObjectNew: with(row.after)}); got != row.want {
				t.Errorf("it follows: %v", got)
			}
		})
	}
}
