package controller

import (
	"net/http"
	"testing"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/metrics"
)

func TestWhatALoginCameTo(t *testing.T) {
	for _, row := range []struct {
		name   string
		op     cloudmore.Op
		result cloudmore.Result
		want   metrics.LoginResult
	}{
		{"a token", cloudmore.OpLogin, cloudmore.Result{Status: http.StatusOK}, metrics.LoginGranted},
		{"a no", cloudmore.OpLogin, cloudmore.Result{Status: http.StatusBadRequest, Failure: &broker.Failure{Class: broker.Unauthorized}}, metrics.LoginRefused},
		{"the page of a maintenance is no token", cloudmore.OpLogin, cloudmore.Result{Status: http.StatusOK, Failure: &broker.Failure{Class: broker.Unavailable}}, metrics.LoginUndecided},
		{"no answer", cloudmore.OpLogin, cloudmore.Result{Failure: &broker.Failure{Class: broker.Unavailable}}, metrics.LoginUndecided},
		{"a list is no login", cloudmore.OpList, cloudmore.Result{Status: http.StatusOK}, ""},
	} {
		if got := counted(cloudmore.Call{Op: row.op, Session: "Seller/n/s"}, row.result).Login; got != row.want {
			t.Errorf("%s counts as %q, not %q", row.name, got, row.want)
		}
	}
}
