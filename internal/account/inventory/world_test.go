package inventory

import (
	"fmt"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

var begin = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func identity(n int) broker.Identity {
	id, _ := broker.IdentityFrom(fmt.Sprint("EE", n), fmt.Sprintf("c%d.example", n))
	return id
}

// wanted is what an operator would send for a company whose fields are numbered.
func wanted(n int) broker.Broker {
	name, number, domain, code := fmt.Sprint("Company ", n), fmt.Sprint("EE", n), fmt.Sprintf("c%d.example", n), "EE"
	return broker.Broker{Name: &name, RegistrationNumber: &number, Domain: &domain, Address: broker.Address{CountryCode: &code}}
}

func nameOf(b *broker.Broker) string {
	switch {
	case b == nil:
		return "(no broker)"
	case b.Name == nil:
		return "(not shown)"
	default:
		return *b.Name
	}
}
