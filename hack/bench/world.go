package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/hack/stage"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// observeSeconds is the observe interval of the Seller.
const observeSeconds = 15

// detailSeconds is its detail interval: at rest, with summaries, each broker is
// read once in it.
const detailSeconds = 3600

// world is one run: a control plane, a seller API, a manager.
type world struct {
	options

	n       int
	spread  int // over so many namespaces; 0: one, and all are watched
	sellers int
	lists   string
	folder  string
	plane   *stage.ControlPlane
	client  client.WithWatch
	fake    *fake.Server
	log     *os.File
	objects *objects
	manager *exec.Cmd
	usage   *usage
}

func newWorld(ctx context.Context, o options, n, namespaces int, lists string) (*world, error) {
	w := &world{options: o, n: n, spread: namespaces, sellers: sellers(namespaces, o.namespaces), lists: lists}
	for _, begin := range []func(context.Context) error{w.startControlPlane, w.startFake, w.applySellers} {
		if err := begin(ctx); err != nil {
			w.close()
			return nil, err
		}
	}
	return w, nil
}

func (w *world) startControlPlane(ctx context.Context) error {
	var err error
	if w.folder, err = os.MkdirTemp("", "bench"); err != nil {
		return err
	}
	if w.log, err = os.Create(filepath.Join(w.folder, "manager.log")); err != nil {
		return err
	}
	if w.plane, err = stage.Start(w.folder, "bench"); err != nil {
		return err
	}
	w.plane.Config.QPS = -1 // only the manager is to be held back
	if w.client, err = w.plane.Client(); err != nil {
		return err
	}
	w.objects, err = watchObjects(ctx, w.plane, w.client)
	return err
}

func (w *world) startFake(context.Context) error {
	var err error
	shapes := fake.Shapes{ListContent: w.lists, Latency: w.latency}
	if w.lists == listNames {
		shapes.ListContent, shapes.ListFields = fake.ListSummary, []string{"name"}
	}
	w.fake, err = fake.New(fake.Options{Seed: 1, Shapes: shapes, HistoryLimit: 1_000_000})
	for i := 0; err == nil && i < w.unmanaged; i++ {
		w.fake.Add(stranger(i))
	}
	return err
}

// listNames is a list that does not show who the brokers are.
const listNames = "names"

// stranger is a broker that no Reseller names.
func stranger(i int) fake.Broker {
	company := fmt.Sprintf("u%05d", i)
	return fake.Broker{
		Name: "Company " + company, RegistrationNumber: company, Domain: company + ".example",
		NotificationEmail: "help@desk.example", SupportEmail: "help@desk.example",
		Contact: fake.Contact{Name: "Jane", JobTitle: "Admin", Email: "help@desk.example", PhonePrefix: "372", Phone: "5356455", CellPhonePrefix: "372", CellPhone: "5356455"},
		Address: fake.Address{CountryCode: "EE"},
	}
}

// applySellers makes Sellers of the one account: one in each namespace.
func (w *world) applySellers(ctx context.Context) error {
	endpoint, err := w.fake.Start()
	if err != nil {
		return err
	}
	for i := range max(w.spread, 1) {
		_, secret := stage.Seller(w.fake.SellerID(), endpoint)
		secret.Namespace = w.namespace(i)
		if w.spread > 0 {
			err = w.client.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: w.namespace(i)}})
		}
		if err = errors.Join(err, w.client.Create(ctx, secret)); err != nil {
			return err
		}
	}
	for i := range w.sellers {
		seller, _ := stage.Seller(w.fake.SellerID(), endpoint)
		seller.Namespace, seller.Name = w.namespace(i), w.seller(i)
		seller.Spec.ObserveInterval, seller.Spec.DetailInterval = stage.Seconds(observeSeconds), stage.Seconds(detailSeconds)
		seller.Spec.RateLimit = v1alpha1.RateLimit{RequestsPerSecond: w.rate, Burst: 1, MaxInFlight: 32}
		if err := w.client.Create(ctx, seller); err != nil {
			return err
		}
	}
	return nil
}

// sellers is how many Sellers a run has: one for each namespace. What each of them costs is
// no cost of several namespaces, so one namespace has as many as the most have that it is
// compared with.
func sellers(namespaces int, all []int) int {
	if namespaces == 1 {
		return slices.Max(all)
	}
	return max(namespaces, 1)
}

// seller is the Seller of the Reseller of a number.
func (w *world) seller(i int) string { return fmt.Sprintf("main-%d", i%w.sellers) }

// namespace is where the Reseller of a number is.
func (w *world) namespace(i int) string {
	if w.spread == 0 {
		return stage.Namespace
	}
	return fmt.Sprintf("team-%d", i%w.spread)
}

func (w *world) reseller(i int) *v1alpha1.Reseller {
	r := stage.Reseller(name(i))
	r.Namespace, r.Spec.SellerRef.Name = w.namespace(i), v1alpha1.SellerName(w.seller(i))
	return r
}

// start starts the manager.
func (w *world) start(ctx context.Context) error {
	var watched []string
	for i := range w.spread {
		watched = append(watched, w.namespace(i))
	}
	w.manager = exec.CommandContext(ctx, w.options.manager, "--watch-namespaces", strings.Join(watched, ","),
		"--kubeconfig", w.plane.Kubeconfig, "--allow-insecure-endpoints", "--health-probe-bind-address", "0",
		"--metrics-bind-address", metricsAddress, "--metrics-secure=false", "--kube-api-qps", "1000")
	w.manager.Stdout, w.manager.Stderr = w.log, w.log
	if err := w.manager.Start(); err != nil {
		return err
	}
	w.usage = watchUsage()
	return nil
}

// stop ends the manager as a rollout does.
func (w *world) stop() {
	if w.manager == nil {
		return
	}
	w.usage.stop()
	_ = w.manager.Process.Kill()
	_ = w.manager.Wait()
	w.manager = nil
}

func (w *world) close() {
	w.stop()
	if w.objects != nil {
		w.objects.stop()
	}
	if w.fake != nil {
		_ = w.fake.Close()
	}
	if w.plane != nil {
		w.plane.Stop()
	}
	_ = w.log.Close()
	_ = os.RemoveAll(w.folder)
}

// await waits until something holds; an hour is more than any phase takes.
func (w *world) await(ctx context.Context, what string, holds func() bool) error {
	err := wait.PollUntilContextTimeout(ctx, 20*time.Millisecond, time.Hour, true, func(context.Context) (bool, error) { return holds(), nil })
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

func name(i int) string { return fmt.Sprintf("r%05d", i) }

// each does something for all Resellers, several at a time.
func (w *world) each(do func(i int) error) error {
	const several = 16
	errs := make(chan error, several)
	for worker := range several {
		go func() {
			for i := worker; i < w.n; i += several {
				if err := do(i); err != nil {
					errs <- err
					return
				}
			}
			errs <- nil
		}()
	}
	for range several {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}
