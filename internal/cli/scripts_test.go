package cli_test

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/rogpeppe/go-internal/testscript"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cli"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
	"github.com/reseller-operator/reseller-operator/internal/controller"
	"github.com/reseller-operator/reseller-operator/internal/controller/seller"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"kubectl-reseller": func() {
		os.Exit(int(cli.Run(context.Background(), os.Args[1:], cli.Env{
			IOStreams: genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr},
			Version:   "v0.0.0-test", Getenv: os.Getenv,
			Now: func() time.Time { return time.Now().Add(later()) },
		})))
	}})
}

// later is how far the clock of the plugin is ahead: three days, so that every age reads 3d,
// unless a script wants the real one.
func later() time.Duration {
	if os.Getenv("CLOCK") == "right" {
		return 0
	}
	return 72 * time.Hour
}

// every joins what scripts can do.
func every(some ...map[string]func(*testscript.TestScript, bool, []string)) map[string]func(*testscript.TestScript, bool, []string) {
	all := map[string]func(*testscript.TestScript, bool, []string){}
	for _, these := range some {
		maps.Copy(all, these)
	}
	return all
}

// startsWithin is only how long a failure takes to show.
const startsWithin = 100 * time.Second

// TestScripts runs every script of testdata/script on one real API server, with one
// real manager; each has a namespace and an account of its own.
func TestScripts(t *testing.T) {
	if testing.Short() {
		return // nothing here works without an API server
	}
	if os.Getenv("KUBEBUILDER_ASSETS") == "" {
		t.Fatal("KUBEBUILDER_ASSETS is not set: run `make test`, which finds or builds etcd and kube-apiserver first")
	}
	ctrl.SetLogger(logr.Discard())
	env := &envtest.Environment{
		CRDDirectoryPaths: []string{"../../config/crd/bases"}, ErrorIfCRDPathMissing: true, CRDInstallOptions: envtest.CRDInstallOptions{MaxTime: startsWithin},
		ControlPlaneStartTimeout: startsWithin, ControlPlaneStopTimeout: startsWithin,
	}
	config, err := env.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = env.Stop() })
	t.Cleanup(manage(t, config))
	server, err := client.NewWithWatch(config, client.Options{Scheme: controller.ManagerOptions(nil).Scheme})
	if err != nil {
		t.Fatal(err)
	}
	t.Run("all", func(t *testing.T) { // it ends before what is cleaned up here
		testscript.Run(t, testscript.Params{
			Dir: "testdata/script", UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "", RequireExplicitExec: true, RequireUniqueNames: true,
			Setup: func(e *testscript.Env) error { return newStage(e, server, env.KubeConfig) },
			Cmds:  every(commands, installed, walks),
		})
	})
}

// manage runs the operator until the function that it returns is called.
func manage(t *testing.T, config *rest.Config) func() {
	t.Helper()
	opts := controller.ManagerOptions(nil)
	opts.Metrics.BindAddress, opts.HealthProbeBindAddress = "0", "0"
	ctx, cancel := context.WithCancel(context.Background())
	mgr, err := ctrl.NewManager(config, opts)
	if err == nil {
		err = controller.Add(ctx, mgr, controller.Options{
			Workers: 16, AnnotateAfter: 24 * time.Hour, Connection: seller.Connection{AllowInsecure: true, UserAgent: "reseller-operator/test"},
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- mgr.Start(ctx) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// stage is what a script has for itself.
type stage struct {
	server    client.WithWatch
	namespace string
	api       *fake.Server
}

// newStage makes the namespace, the account and its Secret, and a kubeconfig that leads
// there. In files that a script applies, $NAMESPACE, $ENDPOINT and $SELLER_ID represent them.
func newStage(e *testscript.Env, server client.WithWatch, kubeconfig []byte) error {
	name, _, _ := cut(filepath.Base(e.WorkDir))
	api, err := fake.New(fake.Options{Seed: 7})
	if err != nil {
		return err
	}
	endpoint, err := api.Start()
	if err != nil {
		return err
	}
	e.Defer(func() { _ = api.Close() })
	s := &stage{server: server, namespace: name, api: api}
	e.Values[stageKey{}] = s
	ctx := context.Background()
	if err := server.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}); err != nil {
		return err
	}
	if err := server.Create(ctx, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: name, Name: "cloudmore-api", Annotations: map[string]string{v1alpha1.AnnotationEndpoint: endpoint}},
		StringData: map[string]string{
			v1alpha1.SecretKeyUsername: fake.DefaultUsername, v1alpha1.SecretKeyPassword: fake.DefaultPassword,
			v1alpha1.SecretKeyClientSecret: fake.DefaultClientSecret,
		},
	}); err != nil {
		return err
	}
	path := filepath.Join(e.WorkDir, "kubeconfig")
	text, err := inNamespace(kubeconfig, name)
	if err != nil {
		return err
	}
	e.Setenv("KUBECONFIG", path)
	e.Setenv("HOME", e.WorkDir)
	e.Setenv("NAMESPACE", name)
	e.Setenv("ENDPOINT", endpoint)
	e.Setenv("SELLER_ID", fake.DefaultSellerID)
	examples, err := filepath.Abs("../../docs/examples")
	if err != nil {
		return err
	}
	e.Setenv("EXAMPLES", examples)
	e.Setenv("ASSETS", os.Getenv("KUBEBUILDER_ASSETS"))
	many := os.Getenv("MANY")
	if many == "" {
		many = "20"
	}
	e.Setenv("MANY", many)
	e.Setenv("TODAY", time.Now().UTC().Format("2006-01-02T15:04:05.000000Z"))
	return os.WriteFile(path, text, 0o600)
}
