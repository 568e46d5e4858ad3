package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// fieldOwner is whose changes of objects ours are.
const fieldOwner = client.FieldOwner("kubectl-reseller")

// access is the API server as the user of the command may use it.
type access struct {
	Env
	flags *genericclioptions.ConfigFlags
}

func newScheme() *runtime.Scheme {
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(s); err != nil {
			panic(err) // the types are compiled in
		}
	}
	return s
}

// client is one for the cluster of the kubeconfig, and the namespace that was said or is
// the context's.
func (a *access) client() (client.WithWatch, string, error) {
	config, err := a.flags.ToRESTConfig()
	if err != nil {
		return nil, "", fmt.Errorf("no access to a Kubernetes API server: %w", err)
	}
	namespace, _, err := a.flags.ToRawKubeConfigLoader().Namespace()
	if err != nil {
		return nil, "", err
	}
	config.QPS = -1 // one request after the other; the API server says when that is too fast
	c, err := client.NewWithWatch(config, client.Options{Scheme: newScheme()})
	return c, namespace, err
}

// explained says what to do where the cluster has no kinds of ours.
func explained(err error) error {
	if meta.IsNoMatchError(err) {
		return errors.New("this cluster has no Resellers: install the CRDs of the reseller operator, or name another cluster with --context")
	}
	return err
}

// printf writes to Out; who closed it wants no more.
func (a *access) printf(format string, args ...any) { _, _ = fmt.Fprintf(a.Out, format, args...) }

// note writes to ErrOut what is not the result.
func (a *access) note(format string, args ...any) { _, _ = fmt.Fprintf(a.ErrOut, format+"\n", args...) }

// completeNames offers the names of objects of a kind.
func (a *access) completeNames(list func() client.ObjectList) func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		c, namespace, err := a.client()
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		all := list()
		if err := c.List(cmd.Context(), all, client.InNamespace(namespace), client.Limit(pageSize)); err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var names []string
		_ = meta.EachListItem(all, func(obj runtime.Object) error {
			names = append(names, obj.(client.Object).GetName())
			return nil
		})
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}

func resellerList() client.ObjectList { return &v1alpha1.ResellerList{} }
func sellerList() client.ObjectList   { return &v1alpha1.SellerList{} }
