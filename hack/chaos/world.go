package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/hack/stage"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

const namespace = "default"

// world is the control plane, the seller API and what is applied.
type world struct {
	plane     *stage.ControlPlane
	client    client.Client
	fake      *fake.Server
	folder    string
	log       *os.File
	resellers int
}

func newWorld(ctx context.Context, o options, random *rand.Rand) (*world, error) {
	folder, err := os.MkdirTemp("", "chaos")
	if err != nil {
		return nil, err
	}
	w := &world{folder: folder, resellers: o.resellers}
	if w.log, err = os.Create(filepath.Join(folder, "manager.log")); err != nil {
		return nil, err
	}
	if err := w.startControlPlane(); err != nil {
		return w, err
	}
	endpoint, err := w.startFake(random)
	if err != nil {
		return w, err
	}
	return w, w.applySeller(ctx, endpoint)
}

func (w *world) close() {
	_ = w.fake.Close()
	w.plane.Stop()
	_ = w.log.Close()
	_ = os.RemoveAll(w.folder)
}

func (w *world) startControlPlane() error {
	var err error
	if w.plane, err = stage.Start(w.folder, "chaos"); err != nil {
		return err
	}
	scheme := runtime.NewScheme()
	if err := errors.Join(clientgoscheme.AddToScheme(scheme), v1alpha1.AddToScheme(scheme)); err != nil {
		return err
	}
	w.client, err = client.New(w.plane.Config, client.Options{Scheme: scheme})
	return err
}

// startFake starts a seller API that loses a fifth of the answers to creates
// after they took effect, fails a tenth of all calls and throttles in bursts.
func (w *world) startFake(random *rand.Rand) (endpoint string, err error) {
	if w.fake, err = fake.New(fake.Options{Seed: random.Uint64()}); err != nil {
		return "", err
	}
	err = w.fake.Inject(
		fake.Fault{Op: fake.OpCreate, Probability: .2, Drop: fake.DropConnection, Commit: fake.CommitYes},
		fake.Fault{Probability: .005, Burst: 10, Status: 429, RetryAfter: time.Second},
		fake.Fault{Probability: .05, Status: 500},
		fake.Fault{Probability: .05, Status: 503, Body: fake.BodyHTML},
	)
	if err != nil {
		return "", err
	}
	return w.fake.Start()
}

// applySeller applies the Seller, with short bounds: the API is on this machine.
func (w *world) applySeller(ctx context.Context, endpoint string) error {
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "cloudmore-api"},
		StringData: map[string]string{
			v1alpha1.SecretKeyUsername: fake.DefaultUsername, v1alpha1.SecretKeyPassword: fake.DefaultPassword,
			v1alpha1.SecretKeyClientSecret: fake.DefaultClientSecret,
		},
	}
	seconds := func(n int) metav1.Duration { return metav1.Duration{Duration: time.Duration(n) * time.Second} }
	seller := &v1alpha1.Seller{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "main"},
		Spec: v1alpha1.SellerSpec{
			CredentialsSecretRef: v1alpha1.SecretReference{Name: "cloudmore-api"},
			SellerSettings: v1alpha1.SellerSettings{
				SellerID: v1alpha1.ID(w.fake.SellerID()), Endpoint: endpoint, ObserveInterval: seconds(10),
				RateLimit: v1alpha1.RateLimit{RequestsPerSecond: 200, Burst: 200, MaxInFlight: 16},
				Creation:  v1alpha1.CreationSettings{Deadline: seconds(5), CommitBound: seconds(5), ListLag: seconds(1)},
			},
		},
	}
	for _, obj := range []client.Object{secret, seller} {
		if err := w.client.Create(ctx, obj); err != nil {
			return err
		}
	}
	return nil
}
