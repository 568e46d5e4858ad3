package plan

import (
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// Drifted is about what somebody changed elsewhere: what Cloudmore never took, or was not
// sent yet, is none, or an alert would blame the portal for an edit.
func TestWhatWasNeverTakenIsNoDrift(t *testing.T) {
	for cause, want := range map[v1alpha1.DriftCause]bool{
		v1alpha1.DriftChanged: true, v1alpha1.DriftContested: true,
		v1alpha1.DriftEdited: false, v1alpha1.DriftNotAccepted: false, v1alpha1.DriftRefused: false, v1alpha1.DriftUnreadable: false,
	} {
		status := &v1alpha1.ResellerStatus{}
		reportDrifted(bound(), []Deviation{{Cause: cause}}, status)
		if got := meta.IsStatusConditionTrue(status.Conditions, v1alpha1.ConditionDrifted); got != want {
			t.Errorf("%s: Drifted is %t", cause, got)
		}
	}
}

// TestWhatIsGoneDiffersInNothing: the columns and sums would count a difference of what is
// not there.
func TestWhatIsGoneDiffersInNothing(t *testing.T) {
	s := drifted(isReporting)
	shown := Report(s, Rest{Reason: v1alpha1.ReasonDriftReported, Compared: true}, &v1alpha1.ResellerStatus{}).Status
	if len(shown.Drift) == 0 || shown.DriftCount == 0 || !meta.IsStatusConditionTrue(shown.Conditions, v1alpha1.ConditionDrifted) {
		t.Fatalf("drift is %+v", shown)
	}
	gone := Report(s, Rest{Reason: v1alpha1.ReasonBrokerNotFound}, &shown).Status
	if len(gone.Drift) > 0 || gone.DriftCount > 0 || meta.IsStatusConditionTrue(gone.Conditions, v1alpha1.ConditionDrifted) {
		t.Errorf("of a broker that is gone %+v is left", gone)
	}
}
