package cli

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/internal/onboard"
)

// sink takes what an import makes.
type sink interface {
	// known are the Resellers that it has already.
	known() []onboard.Known
	// write takes one more. An error that is unfit is of this one alone.
	write(ctx context.Context, name string, object map[string]any, left []onboard.LeftOut) error
	finish(r *report) error
	fmt.Stringer
}

// unfit is why one object is not taken, and others may be.
type unfit struct{ error }

// String says where the Resellers are.
func (f *folder) String() string { return "written to " + f.path }

// intoCluster creates the Resellers in the cluster; those that are there stay as they are.
type intoCluster struct {
	client    client.Client
	namespace string
}

// String says where the Resellers are.
func (c *intoCluster) String() string { return "created in namespace " + c.namespace }

func (c *intoCluster) known() []onboard.Known { return nil }

func (c *intoCluster) write(ctx context.Context, _ string, object map[string]any, _ []onboard.LeftOut) error {
	err := c.client.Create(ctx, &unstructured.Unstructured{Object: object}, fieldOwner)
	if apierrors.IsInvalid(err) || apierrors.IsAlreadyExists(err) {
		return unfit{err}
	}
	return err
}

func (c *intoCluster) finish(*report) error { return nil }
