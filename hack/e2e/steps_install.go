package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	release   = "reseller-operator"
	namespace = "reseller-operator-system"
	replicas  = 2
	// nextTag names the same image once more, missingTag none.
	nextTag    = "e2e-next"
	missingTag = "e2e-missing"
	// helmWithin is how long Helm may wait: Pods take seconds, on a busy machine more.
	helmWithin = "240s"
)

// values are what the fake seller API needs: it is no host that the default
// permits, and its address is private.
const values = `image: {repository: %s, tag: %q}
replicas: %d
allowedEndpoints: [%s]
allowPrivateNetworks: true
`

func (s *story) nodeIsReady(ctx context.Context) error { return s.up(ctx) }

func (s *story) imagesAreLoaded(ctx context.Context) error { return s.loadImages(ctx) }

func (s *story) helmInstalls(ctx context.Context) error {
	restricted := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace, Labels: map[string]string{
		"pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/enforce-version": "latest",
	}}}
	content := fmt.Sprintf(values, repositoryOf(s.image), tagOf(s.image), replicas, fakeService)
	if err := errors.Join(s.client.Create(ctx, restricted), os.WriteFile(s.path("values.yaml"), []byte(content), 0o600)); err != nil {
		return err
	}
	if err := s.runHelm(ctx, "install", release, "config/chart", "--values", s.path("values.yaml"), "--wait", "--timeout", helmWithin); err != nil {
		return err
	}
	return s.runs(ctx, tagOf(s.image))
}

// runHelm runs Helm with folders of its own.
func (s *story) runHelm(ctx context.Context, args ...string) error {
	_, err := output(ctx, []string{
		"HELM_CACHE_HOME=" + s.path("helm"), "HELM_CONFIG_HOME=" + s.path("helm"), "HELM_DATA_HOME=" + s.path("helm"),
		"KUBECONFIG=" + s.plane.Kubeconfig,
	}, s.helm, append(args, "--namespace", namespace)...)
	return err
}

// runs waits until all replicas are available, and every Pod that stays has the tag.
func (s *story) runs(ctx context.Context, tag string) error {
	return s.await(ctx, "all replicas have the tag "+tag, settles, func(ctx context.Context) (string, bool) {
		deployment := &appsv1.Deployment{}
		if err := s.client.Get(ctx, client.ObjectKey{Namespace: namespace, Name: release}, deployment); err != nil {
			return err.Error(), false
		}
		pods, err := s.pods(ctx)
		if err != nil {
			return err.Error(), false
		}
		for i := range pods {
			if image := pods[i].Spec.Containers[0].Image; tagOf(image) != tag {
				return pods[i].Name + " has " + image, false
			}
		}
		available := deployment.Status.AvailableReplicas
		return fmt.Sprintf("%d available, %d Pods", available, len(pods)), available == replicas && len(pods) == replicas
	})
}

// pods are the manager's that were not told to end.
func (s *story) pods(ctx context.Context) ([]corev1.Pod, error) {
	list := &corev1.PodList{}
	err := s.client.List(ctx, list, client.InNamespace(namespace), client.MatchingLabels{"app.kubernetes.io/name": release})
	var staying []corev1.Pod
	for i := range list.Items {
		if list.Items[i].DeletionTimestamp == nil {
			staying = append(staying, list.Items[i])
		}
	}
	return staying, err
}

func repositoryOf(image string) string { return image[:strings.LastIndex(image, ":")] }

func tagOf(image string) string { return image[strings.LastIndex(image, ":")+1:] }
