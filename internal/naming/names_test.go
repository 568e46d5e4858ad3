package naming

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

func TestNames(t *testing.T) {
	g := NewWithT(t)
	named := func(id broker.ID, name, domain string) broker.Broker {
		return broker.Broker{ID: id, Name: &name, Domain: &domain}
	}
	brokers := []broker.Broker{
		named("1", "Müller & Söhne GmbH", ""), named("2", "Acme", ""), named("3", "ACME", ""), named("4", "ООО", "ooo.example"),
		named("5", "", ""), named("6", strings.Repeat("long ", 40), ""), named("7", "Taken", ""), named("8", "O'Neill", ""),
	}
	names := Names(brokers, func(name string) bool { return name == "taken" })
	g.Expect(names[0]).To(Equal("muller-and-sohne-gmbh"))
	g.Expect(names[1]).To(MatchRegexp(`^acme-[0-9a-f]{8}$`))
	g.Expect(names[2]).To(MatchRegexp(`^acme-[0-9a-f]{8}$`))
	g.Expect(names[1]).NotTo(Equal(names[2]))
	g.Expect(names[3]).To(Equal("ooo-example"))
	g.Expect(names[4]).To(Equal("broker"))
	g.Expect(len(names[5])).To(BeNumerically("<=", maxName))
	g.Expect(names[6]).To(HavePrefix("taken-"))
	g.Expect(names[7]).To(Equal("oneill"))
	g.Expect(Names([]broker.Broker{brokers[2], brokers[1]}, func(string) bool { return false })).To(Equal([]string{names[2], names[1]}), "in any order")
	g.Expect(Distinct(&brokers[1], "a")).NotTo(Equal(Distinct(&brokers[1], "b")))
	g.Expect(Distinct(&brokers[0], "a")).To(MatchRegexp(`^muller-and-sohne-gmbh-[0-9a-f]{8}$`), "also where it is alone")
}
