package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/hack/stage"
)

const (
	// settles is how long Resellers may take, with a change of leader in it.
	settles = 4 * time.Minute
	// pace is the time between two creations, so that they go on while something else happens.
	pace = 300 * time.Millisecond
	// brokenWithin is how long Helm waits for Pods that can't start.
	brokenWithin = "10s"
)

func (s *story) resellersAreReady(ctx context.Context) error {
	if err := s.applySeller(ctx); err != nil {
		return err
	}
	return s.while(ctx, 20, func(context.Context) error { return nil })
}

func (s *story) helmUpgrades(ctx context.Context) error {
	return s.while(ctx, 30, func(ctx context.Context) error {
		if err := s.upgrade(ctx, nextTag, helmWithin); err != nil {
			return err
		}
		return s.runs(ctx, nextTag)
	})
}

func (s *story) upgrade(ctx context.Context, tag, within string) error {
	return s.runHelm(ctx, "upgrade", release, "config/chart", "--values", s.path("values.yaml"), "--set", "image.tag="+tag, "--wait", "--timeout", within)
}

func (s *story) leaderIsDeleted(ctx context.Context) error {
	leader, err := s.leader(ctx)
	if err != nil {
		return err
	}
	err = s.while(ctx, 30, func(ctx context.Context) error {
		_, err := s.kubectl(ctx, "delete", "pod", leader, "--namespace", namespace)
		return err
	})
	if err != nil {
		return err
	}
	if next, err := s.leader(ctx); err != nil || next == leader {
		return fmt.Errorf("%s leads after it was deleted: %w", next, err)
	}
	return s.runs(ctx, nextTag)
}

// leader is the Pod that holds the lease.
func (s *story) leader(ctx context.Context) (string, error) {
	lease := &coordinationv1.Lease{}
	if err := s.client.Get(ctx, client.ObjectKey{Namespace: namespace, Name: "reseller-operator.cloudmore.com"}, lease); err != nil {
		return "", err
	}
	if lease.Spec.HolderIdentity == nil || *lease.Spec.HolderIdentity == "" {
		return "", errors.New("nobody leads")
	}
	pod, _, _ := strings.Cut(*lease.Spec.HolderIdentity, "_") // the rest tells processes of a Pod apart
	return pod, nil
}

func (s *story) helmRollsBack(ctx context.Context) error {
	if err := s.upgrade(ctx, missingTag, brokenWithin); err == nil {
		return errors.New("an upgrade to Pods without an image succeeded")
	}
	if err := s.waitsForImage(ctx); err != nil {
		return err
	}
	if err := s.while(ctx, 1, func(context.Context) error { return nil }); err != nil {
		return fmt.Errorf("with the broken upgrade: %w", err)
	}
	if err := s.runHelm(ctx, "rollback", release, "--wait", "--timeout", helmWithin); err != nil {
		return err
	}
	return s.runs(ctx, nextTag)
}

// waitsForImage tells that a Pod of the broken upgrade is there, and what it lacks.
func (s *story) waitsForImage(ctx context.Context) error {
	pods, err := s.pods(ctx)
	if err != nil {
		return err
	}
	for i := range pods {
		for _, c := range pods[i].Status.ContainerStatuses {
			if waiting := c.State.Waiting; waiting != nil && tagOf(c.Image) == missingTag && strings.Contains(waiting.Reason, "Image") {
				return nil
			}
		}
	}
	return errors.New("the upgrade failed for another reason than its image")
}

// while creates Resellers, one after another, while something happens, and
// waits until all that there are have settled.
func (s *story) while(ctx context.Context, count int, happens func(context.Context) error) error {
	happened := make(chan error, 1)
	go func() { happened <- happens(ctx) }()
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for range count {
		if err := s.client.Create(ctx, stage.Reseller("r"+strconv.Itoa(s.resellers))); err != nil {
			return errors.Join(err, <-happened)
		}
		s.resellers++
		select {
		case <-tick.C:
		case <-ctx.Done():
			return errors.Join(ctx.Err(), <-happened)
		}
	}
	if err := <-happened; err != nil {
		return err
	}
	return s.await(ctx, "all Resellers are Ready", settles, s.allReady)
}

func (s *story) allReady(ctx context.Context) (string, bool) {
	list := &v1alpha1.ResellerList{}
	if err := s.client.List(ctx, list); err != nil {
		return err.Error(), false
	}
	for i := range list.Items {
		r := &list.Items[i]
		ready := meta.FindStatusCondition(r.Status.Conditions, v1alpha1.ConditionReady)
		if ready == nil || ready.Status != "True" || r.Status.ObservedGeneration != r.Generation {
			return fmt.Sprintf("%s: %v", r.Name, ready), false
		}
	}
	return fmt.Sprintf("%d of %d", len(list.Items), s.resellers), len(list.Items) == s.resellers
}
