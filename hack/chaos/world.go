package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/hack/stage"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

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
	w.client, err = w.plane.Client()
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
	seller, secret := stage.Seller(w.fake.SellerID(), endpoint)
	seller.Spec.ObserveInterval = stage.Seconds(10)
	seller.Spec.RateLimit = v1alpha1.RateLimit{RequestsPerSecond: 200, Burst: 200, MaxInFlight: 16}
	seller.Spec.Creation = v1alpha1.CreationSettings{Deadline: stage.Seconds(5), CommitBound: stage.Seconds(5), ListLag: stage.Seconds(1)}
	return errors.Join(w.client.Create(ctx, secret), w.client.Create(ctx, seller))
}
