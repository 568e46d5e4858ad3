package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/hack/stage"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

//go:embed seller-api.yaml
var sellerAPIManifest string

// endpoint is where a Seller finds the fake seller API: a Service, by its
// address, since nothing here answers names.
const endpoint = "https://" + fakeService

// sellerAPI asks the fake what became of its account.
type sellerAPI struct{ client *http.Client }

// sellerAPIServes starts the fake in a Pod.
func (s *story) sellerAPIServes(ctx context.Context) error {
	manifest := strings.NewReplacer("$ADDRESS", fakeService, "$IMAGE", s.fakeAPI).Replace(sellerAPIManifest)
	if err := os.WriteFile(s.path("seller-api.yaml"), []byte(manifest), 0o600); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"apply", "--filename", s.path("seller-api.yaml")},
		{"create", "secret", "tls", "seller-api", "--namespace", "seller-api", "--cert", s.path("seller-api.crt"), "--key", s.path("seller-api.key")},
		{"wait", "pod", "seller-api", "--namespace", "seller-api", "--for", "condition=Ready", "--timeout", "60s"},
	} {
		if _, err := s.kubectl(ctx, args...); err != nil {
			return err
		}
	}
	roots := x509.NewCertPool()
	roots.AddCert(s.keys.authority)
	s.seller = &sellerAPI{&http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}}}
	return s.await(ctx, "the Service leads to the Pod", runtimeWithin, func(ctx context.Context) (string, bool) {
		_, err := s.seller.brokers(ctx)
		return errorText(err), err == nil
	})
}

// applySeller applies the Seller with its Secret and CA bundle.
func (s *story) applySeller(ctx context.Context) error {
	seller, secret := stage.Seller(fake.DefaultSellerID, endpoint)
	secret.Annotations = map[string]string{v1alpha1.AnnotationEndpoint: endpoint}
	bundle := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: stage.Namespace, Name: "seller-api-ca"},
		Data:       map[string]string{"ca.crt": string(s.keys.pem)},
	}
	seller.Spec.CABundleRef = &v1alpha1.CABundleReference{Name: v1alpha1.ObjectName(bundle.Name), Key: "ca.crt"}
	// The API is on the same machine: what can't be told at once is settled in seconds.
	seller.Spec.ObserveInterval = stage.Seconds(10)
	seller.Spec.RateLimit = v1alpha1.RateLimit{RequestsPerSecond: 200, Burst: 200, MaxInFlight: 16}
	seller.Spec.Creation = v1alpha1.CreationSettings{Deadline: stage.Seconds(5), CommitBound: stage.Seconds(5), ListLag: stage.Seconds(1)}
	if err := errors.Join(s.client.Create(ctx, secret), s.client.Create(ctx, bundle), s.client.Create(ctx, seller)); err != nil {
		return err
	}
	return s.await(ctx, "the Seller is Ready", settles, func(ctx context.Context) (string, bool) {
		if err := s.client.Get(ctx, client.ObjectKeyFromObject(seller), seller); err != nil {
			return err.Error(), false
		}
		ready := meta.FindStatusCondition(seller.Status.Conditions, v1alpha1.ConditionReady)
		return fmt.Sprint(ready), ready != nil && ready.Status == metav1.ConditionTrue
	})
}

// brokers are the live ones of the account, by registration number.
func (a *sellerAPI) brokers(ctx context.Context) (map[string][]fake.Record, error) {
	var all []fake.Record
	if err := a.ask(ctx, "brokers", &all); err != nil {
		return nil, err
	}
	live := map[string][]fake.Record{}
	for _, r := range all {
		if r.State == fake.StateLive {
			live[r.Broker.RegistrationNumber] = append(live[r.Broker.RegistrationNumber], r)
		}
	}
	return live, nil
}

// made counts the POSTs that made a broker, by registration number.
func (a *sellerAPI) made(ctx context.Context) (map[string]int, error) {
	var history []fake.Exchange
	if err := a.ask(ctx, "history?op="+string(fake.OpCreate), &history); err != nil {
		return nil, err
	}
	made := map[string]int{}
	for i := range history {
		var posted fake.Broker
		if err := json.Unmarshal(history[i].Body, &posted); err != nil {
			return nil, err
		}
		if history[i].Committed {
			made[posted.RegistrationNumber]++
		}
	}
	return made, nil
}

// ask reads from the fake's administration.
func (a *sellerAPI) ask(ctx context.Context, what string, answer any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint+"/_fake/"+what, http.NoBody)
	if err != nil {
		return err
	}
	response, err := a.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", what, response.Status)
	}
	return json.NewDecoder(response.Body).Decode(answer)
}
