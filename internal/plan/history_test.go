package plan

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

func TestHistory(t *testing.T) {
	at := func(seconds int) metav1.Time { return metav1.NewTime(now.Add(time.Duration(seconds) * time.Second)) }
	done := func(seconds int, action v1alpha1.EffectAction) v1alpha1.Effect {
		return v1alpha1.Effect{At: at(seconds), Action: action, BrokerID: "1", Status: 200}
	}
	refusal := func(seconds int, field string) v1alpha1.Effect {
		return v1alpha1.Effect{At: at(seconds), Action: v1alpha1.EffectUpdateFailed, BrokerID: "1", Fields: []string{field}, Status: 422}
	}
	often := func(e v1alpha1.Effect, times int32) v1alpha1.Effect { e.Times = times; return e }
	six := make([]v1alpha1.Effect, 6)
	for i := range six {
		six[i] = done(i, v1alpha1.EffectUpdated)
	}
	for _, row := range []struct {
		name                  string
		before, further, want []v1alpha1.Effect
	}{
		{"stays as it is while nothing happens", six[:2], nil, six[:2]},
		{"tells the latest last", six[:2], six[2:3], six[:3]},
		{"keeps the last five", six[:4], six[4:], six[1:]},
		{"counts failures that are alike", []v1alpha1.Effect{done(0, v1alpha1.EffectCreated), refusal(1, "spec.name")}, []v1alpha1.Effect{refusal(2, "spec.name"), refusal(3, "spec.name")}, []v1alpha1.Effect{done(0, v1alpha1.EffectCreated), often(refusal(3, "spec.name"), 3)}},
		{"tells failures apart", []v1alpha1.Effect{refusal(1, "spec.name")}, []v1alpha1.Effect{refusal(2, "spec.domain")}, []v1alpha1.Effect{refusal(1, "spec.name"), refusal(2, "spec.domain")}},
		{"counts no successes", six[:1], six[:1], []v1alpha1.Effect{six[0], six[0]}},
	} {
		t.Run(row.name, func(t *testing.T) {
			before := slices.Clone(row.before)
			if got := History(row.before, row.further); !reflect.DeepEqual(got, row.want) {
				t.Errorf("it is %+v", got)
			}
			if !reflect.DeepEqual(before, row.before) {
				t.Error("what is stored was changed in place")
			}
		})
	}
	long := v1alpha1.Effect{Fields: slices.Repeat([]string{strings.Repeat("é", 300)}, 20)}
	got := History(nil, []v1alpha1.Effect{long})[0].Fields
	if len(got) != v1alpha1.MaxEffectFields || got[0] != strings.Repeat("é", v1alpha1.MaxFieldLength) {
		t.Errorf("%d fields of %d bytes", len(got), len(got[0]))
	}
}
