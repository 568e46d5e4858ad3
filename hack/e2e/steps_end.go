package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/hack/stage"
)

// goneWithin is how long objects, Pods and namespaces may take to go.
const goneWithin = "240s"

// shownRows of the table are enough to see what it looks like.
const shownRows = 6

// nothingIsDuplicate holds the account against the Resellers: the broker that a
// status names is the only one, and one POST made it.
func (s *story) nothingIsDuplicate(ctx context.Context) error {
	brokers, err := s.seller.brokers(ctx)
	if err != nil {
		return err
	}
	made, err := s.seller.made(ctx)
	if err != nil {
		return err
	}
	list := &v1alpha1.ResellerList{}
	if err := s.client.List(ctx, list); err != nil {
		return err
	}
	for i := range list.Items {
		number := string(*list.Items[i].Spec.RegistrationNumber)
		if b := brokers[number]; len(b) != 1 || b[0].ID != list.Items[i].Status.BrokerID || made[number] != 1 {
			return fmt.Errorf("%s: %d brokers, made by %d POSTs, and status names %q", number, len(b), made[number], list.Items[i].Status.BrokerID)
		}
	}
	if len(brokers) != s.resellers || len(made) != s.resellers || len(list.Items) != s.resellers {
		return fmt.Errorf("%d Resellers, %d brokers, %d identities posted; not %d", len(list.Items), len(brokers), len(made), s.resellers)
	}
	s.count = fmt.Sprintf("%d Resellers, %d brokers, %d POSTs that made one: 0 duplicates", len(list.Items), len(brokers), len(made))
	return s.remember(ctx)
}

// remember keeps what is shown at the end.
func (s *story) remember(ctx context.Context) error {
	leader, err := s.leader(ctx)
	if err != nil {
		return err
	}
	if s.log, err = s.kubectl(ctx, "logs", "--namespace", namespace, leader, "--tail", "5"); err != nil {
		return err
	}
	s.log = strings.TrimSpace(s.log)
	table, err := s.kubectl(ctx, "get", "resellers", "--namespace", stage.Namespace)
	if err != nil {
		return err
	}
	rows := strings.Split(strings.TrimSpace(table), "\n")
	s.table = strings.Join(rows[:min(len(rows), shownRows)], "\n")
	if more := len(rows) - shownRows; more > 0 {
		s.table += fmt.Sprintf("\n... and %d more", more)
	}
	return nil
}

func (s *story) resellersAreDeleted(ctx context.Context) error {
	for _, what := range []string{"resellers --all", "seller main", "secret cloudmore-api", "configmap seller-api-ca"} {
		args := append([]string{"delete", "--namespace", stage.Namespace, "--timeout", goneWithin}, strings.Fields(what)...)
		if _, err := s.kubectl(ctx, args...); err != nil {
			return err
		}
	}
	brokers, err := s.seller.brokers(ctx)
	if err == nil && len(brokers) > 0 {
		err = fmt.Errorf("%d brokers are left", len(brokers))
	}
	return err
}

// helmUninstalls also removes what the chart keeps (the CRDs) and the
// namespaces: neither goes while a finalizer in it waits for somebody.
func (s *story) helmUninstalls(ctx context.Context) error {
	if err := s.runHelm(ctx, "uninstall", release, "--wait", "--timeout", helmWithin); err != nil {
		return err
	}
	err := s.await(ctx, "no Pod of the manager is left", settles, func(ctx context.Context) (string, bool) {
		pods, err := s.pods(ctx)
		return fmt.Sprintf("%d Pods, %v", len(pods), err), err == nil && len(pods) == 0
	})
	if err != nil {
		return err
	}
	for _, what := range []string{
		"namespace " + namespace + " seller-api",
		"crd resellers.cloudmore.com sellers.cloudmore.com clustersellers.cloudmore.com",
	} {
		if _, err := s.kubectl(ctx, append([]string{"delete", "--timeout", goneWithin}, strings.Fields(what)...)...); err != nil {
			return err
		}
	}
	return nil
}
