package config_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// guide is a page of docs whose commands a user follows.
type guide struct {
	*release
	page string
	// before has what happens beside the commands, such as in Cloudmore's portal,
	// ahead of those of a section.
	before map[string]func()
}

// newGuide installs the operator as the README says, and makes the namespace partners.
func newGuide(ctx context.Context, page string) *guide {
	GinkgoHelper()
	g := &guide{release: newRelease(ctx, "reseller-operator-system", "reseller-operator"), page: page, before: map[string]func(){}}
	g.life.namespace = "partners"
	restricted(ctx, g.life.namespace)
	DeferCleanup(func(ctx SpecContext) {
		if CurrentSpecReport().Failed() { // or no other could be installed
			_, _ = g.helm(ctx, "uninstall", g.name)
			g.forget(ctx)
		}
	})
	g.shell(ctx, blocks(readme, "Use it with your account", "sh")[0])
	return g
}

// follow runs all commands of the page in their order, in one folder.
func (g *guide) follow(ctx context.Context) {
	GinkgoHelper()
	for _, section := range strings.Split(string(content("../docs/"+g.page)), "\n## ")[1:] {
		heading, text, _ := strings.Cut(section, "\n")
		if before := g.before[heading]; before != nil {
			before()
			delete(g.before, heading)
		}
		for _, block := range regexp.MustCompile("(?s)```(sh|console)\n(.*?)\n```").FindAllStringSubmatch(text, -1) {
			commands := g.life.fillsIn(block[2])
			if block[1] == "sh" {
				g.shell(ctx, commands)
				continue
			}
			g.prints(ctx, g.page, commands)
		}
	}
	Expect(g.before).To(BeEmpty(), "headings that %s does not have", g.page)
}

// forget removes the Secret although no operator lets it go.
func (g *guide) forget(ctx context.Context) {
	GinkgoHelper()
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "partners", Name: "cloudmore-api"}}
	letGo := client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"finalizers":null}}`))
	Expect(client.IgnoreNotFound(cluster.Patch(ctx, secret, letGo))).To(Succeed())
	Expect(client.IgnoreNotFound(cluster.Delete(ctx, secret))).To(Succeed())
}

// end removes everything that a guide may have left.
func (g *guide) end(ctx context.Context) {
	GinkgoHelper()
	g.shell(ctx, "kubectl -n partners delete resellers,sellers --all && kubectl delete namespace partners && "+
		"helm uninstall reseller-operator --namespace reseller-operator-system --wait && kubectl delete namespace reseller-operator-system")
}

// connects runs the README's commands for an account, and waits for the first Reseller.
func (g *guide) connects(ctx context.Context) *v1alpha1.Reseller {
	GinkgoHelper()
	commands := strings.Replace(blocks(readme, "Use it with your account", "sh")[1], "kubectl create namespace partners\n", "", 1)
	g.shell(ctx, g.life.fillsIn(commands))
	return g.inSync(ctx)
}

// inSync waits until the sample's Reseller is Ready.
func (g *guide) inSync(ctx context.Context) *v1alpha1.Reseller {
	GinkgoHelper()
	reseller := &v1alpha1.Reseller{}
	g.life.sample("reseller", reseller)
	g.life.await(ctx, []client.Object{reseller}, g.life.ready)
	return reseller
}

// awaitSeller waits until the Seller main says why it is not Ready.
func (g *guide) awaitSeller(ctx context.Context, reason string) {
	GinkgoHelper()
	seller := &v1alpha1.Seller{ObjectMeta: metav1.ObjectMeta{Namespace: g.life.namespace, Name: "main"}}
	g.life.await(ctx, []client.Object{seller}, func(gg Gomega, _ client.Object, err error) {
		gg.Expect(err).NotTo(HaveOccurred())
		gg.Expect(meta.FindStatusCondition(seller.Status.Conditions, v1alpha1.ConditionReady)).To(HaveValue(HaveField("Reason", reason)))
	})
}

// adopts follows the guide to an account with a broker that the portal made.
func adopts(ctx SpecContext) {
	g := newGuide(ctx, "existing-account.md")
	Expect(cluster.Create(ctx, g.life.credentials("cloudmore-api"))).To(Succeed())
	g.life.broker = g.life.api.Add(fake.Broker{
		Name: "GHIJKL Company", RegistrationNumber: "223456789", Domain: "ghijkl.example",
		NotificationEmail: "notify@ghijkl.example", SupportEmail: "old@ghijkl.example", Address: fake.Address{CountryCode: "EE"},
		Contact: fake.Contact{Name: "Jane", JobTitle: "CEO", Email: "jane@ghijkl.example", PhonePrefix: "372", Phone: "5550001", CellPhonePrefix: "372", CellPhone: "5550001"},
	})
	g.follow(ctx)
	record, there := g.life.api.Broker(g.life.broker)
	Expect(there).To(BeTrue(), "the broker stays when its Reseller is deleted")
	Expect(record.Broker.SupportEmail).To(Equal("support@ghijkl.example"))
	Expect(g.life.api.Commits(fake.OpUpdate)).To(Equal(1))
	g.end(ctx)
}

// rotates follows the guide to credentials, beside what somebody does in the portal.
func rotates(ctx SpecContext) {
	g := newGuide(ctx, "credentials.md")
	becomes := func(password string) {
		g.life.api.SetUser(fake.User{Username: fake.DefaultUsername, Password: password})
		g.life.api.RevokeTokens()
	}
	g.before["How do I rotate a password?"] = func() {
		g.shell(ctx, "kubectl -n partners apply -f config/samples/cloudmore_v1alpha1_reseller.yaml")
		g.inSync(ctx)
		becomes(nextPassword)
	}
	g.before["A login was refused"] = func() {
		becomes("mistaken")
		g.shell(ctx, `kubectl -n partners annotate reseller abcdef cloudmore.com/reconcile-requested-at=1`)
		g.awaitSeller(ctx, v1alpha1.ReasonCredentialsRejected)
		becomes(nextPassword)
	}
	g.follow(ctx)
	Expect(g.life.api.Commits(fake.OpCreate)).To(Equal(1))
	g.shell(ctx, `kubectl -n partners patch seller main --type=merge -p '{"spec":{"suspend":false}}'`)
	g.end(ctx)
}

// finds follows the pages to what is wrong and to personal data.
func finds(ctx SpecContext) {
	g := newGuide(ctx, "troubleshooting.md")
	g.connects(ctx)
	g.follow(ctx)
	g.page = "data-protection.md"
	g.follow(ctx)
	g.end(ctx)
}

// upgrades follows the guide from this version to itself and back.
func upgrades(ctx SpecContext) {
	g := newGuide(ctx, "upgrade.md")
	g.connects(ctx)
	g.follow(ctx)
	g.inSync(ctx)
	Expect(g.life.api.Commits(fake.OpCreate)).To(Equal(1))
	g.end(ctx)
}

// restores follows the guide through the loss of a cluster, which takes all but the
// backup and the broker.
func restores(ctx SpecContext) {
	g := newGuide(ctx, "restore.md")
	before := g.connects(ctx)
	backup, err := filepath.Abs("../backup.yaml")
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(func() error { return os.Remove(backup) })
	g.before["Restore"] = func() {
		g.must(ctx, "uninstall", g.name)
		withoutCRDs(ctx)
		g.forget(ctx)
	}
	g.follow(ctx)
	after := g.inSync(ctx)
	Expect(after.UID).NotTo(Equal(before.UID))
	Expect(after.Status.BrokerID).To(Equal(before.Status.BrokerID))
	Expect(after.Status.Origin).To(Equal(v1alpha1.OriginCreated))
	Expect(g.life.api.Commits(fake.OpCreate)).To(Equal(1))
	g.end(ctx)
}
