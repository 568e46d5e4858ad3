package controller

import (
	"context"
	"fmt"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/discovery"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"github.com/reseller-operator/reseller-operator/internal/crd"
)

const (
	// crdsSettle is how long the API server may take to publish CRDs that were installed
	// right before the manager: seconds, on a busy one.
	crdsSettle = 30 * time.Second
	// crdsAgain is the pause between two looks.
	crdsAgain = time.Second
)

// requireCRDs is an error where the cluster's CRDs are older than this program. Nothing
// may start then: what was written down would be lost without a word, and what Cloudmore
// took would look like a change elsewhere.
func requireCRDs(ctx context.Context, mgr manager.Manager, o Options) error {
	published, err := discovery.NewDiscoveryClientForConfigAndClient(mgr.GetConfig(), mgr.GetHTTPClient())
	if err != nil {
		return fmt.Errorf("no access to the API server's own description: %w", err)
	}
	var lacks []string
	look := func(ctx context.Context) (bool, error) {
		document, err := published.RESTClient().Get().AbsPath(crd.Path).Do(ctx).Raw()
		switch {
		case apierrors.IsForbidden(err), apierrors.IsUnauthorized(err):
			mgr.GetLogger().Error(err, "it can't be checked whether the CRDs are those of this version, because the manager may not read "+crd.Path)
			lacks = nil
			return true, nil
		case apierrors.IsNotFound(err):
			document = []byte("{}") // no kind of ours is known
		case err != nil:
			return false, fmt.Errorf("%s can't be read: %w", crd.Path, err)
		}
		first := len(lacks) == 0
		if lacks, err = crd.Lacking(document, crd.Kinds(len(o.Namespaces) == 0)); first && len(lacks) > 0 {
			mgr.GetLogger().Info("waiting for the CRDs of this version", "atMost", crdsSettle.String(), "lacking", lacks)
		}
		return len(lacks) == 0, err
	}
	err = wait.PollUntilContextTimeout(ctx, crdsAgain, crdsSettle, true, look)
	if len(lacks) > 0 && ctx.Err() == nil {
		return outdated(lacks, o.Version)
	}
	return err
}

// outdated says what the CRDs lack and how they are brought up to date.
func outdated(lacks []string, version string) error {
	return fmt.Errorf("the CRDs are older than this manager, so it does not start: %s. An API server drops such fields without a word, and what they say would be forgotten. "+
		"Install the CRDs of this version first: by the chart (crd.enabled), or kubectl apply --server-side -k 'https://github.com/reseller-operator/reseller-operator/config/crd?ref=%s'",
		strings.Join(lacks, "; "), version)
}
