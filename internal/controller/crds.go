package controller

import (
	"context"
	"fmt"
	"strings"

	"github.com/go-logr/logr"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"github.com/reseller-operator/reseller-operator/internal/crd"
)

// AwaitKinds waits until the cluster knows our kinds: the manager and its CRDs may be
// applied in any order. waiting is called once, if there is something to wait for.
func AwaitKinds(ctx context.Context, config *rest.Config, logger logr.Logger, clusterWide bool, waiting func() error) error {
	published, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return fmt.Errorf("no access to the API server's own description: %w", err)
	}
	looks := 0
	return wait.PollUntilContextCancel(ctx, crdsAgain, true, func(ctx context.Context) (bool, error) {
		unknown, described, err := unknownKinds(ctx, published, clusterWide)
		switch {
		case !described:
			return looks == 0, nil // what there is to say about that says who comes next
		case err != nil, len(unknown) == 0:
			return true, err
		case looks%crdsTold == 0:
			logger.Info("waiting for the CRDs to be installed; nothing is done until they are", "lacking", unknown)
		}
		if looks++; looks == 1 {
			err = waiting()
		}
		return false, err
	})
}

// unknownKinds are those of ours that the cluster does not know, if it describes any.
func unknownKinds(ctx context.Context, published *discovery.DiscoveryClient, clusterWide bool) (unknown []string, described bool, err error) {
	document, unread := description(ctx, published)
	if described = unread == nil; described {
		unknown, err = crd.Unknown(document, crd.Kinds(clusterWide))
	}
	return unknown, described, err
}

// description is what the API server publishes of our kinds; of none, where it knows none.
func description(ctx context.Context, published *discovery.DiscoveryClient) ([]byte, error) {
	document, err := published.RESTClient().Get().AbsPath(crd.Path).Do(ctx).Raw()
	if apierrors.IsNotFound(err) {
		return []byte("{}"), nil
	}
	return document, err
}

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
		document, err := description(ctx, published)
		switch {
		case apierrors.IsForbidden(err), apierrors.IsUnauthorized(err):
			mgr.GetLogger().Error(err, "it can't be checked whether the CRDs are those of this version, because the manager may not read "+crd.Path)
			lacks = nil
			return true, nil
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
