package controller_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
	"github.com/reseller-operator/reseller-operator/internal/controller"
)

// rig is one row at work: an account, and a manager for its namespace alone.
type rig struct {
	*world
	quirk
	op      string
	clock   *heldClock
	calling *callLine
	manager *process
	abc     *v1alpha1.Reseller // bound before the quirk strikes, where the operation needs that
	id      string             // of its broker
	subject *v1alpha1.Reseller // whose row it is
}

// startRig has an account without a broker or Seller, and the manager.
func startRig(ctx SpecContext) *rig {
	GinkgoHelper()
	x := &rig{world: newWorld(ctx, fake.Shapes{}), clock: &heldClock{}}
	x.calling = newCallLine(x.clock)
	create(ctx, x.secret())
	x.manager = x.anotherManager(x.namespace)
	return x
}

// anotherManager runs one for these namespaces, by the same clock.
func (x *rig) anotherManager(namespaces ...string) *process {
	GinkgoHelper()
	return startManager(with(x.clock), func(opts *ctrl.Options, o *controller.Options) {
		opts.Cache.DefaultNamespaces = controller.ManagerOptions(namespaces).Cache.DefaultNamespaces
		o.Namespaces, o.Connection.Transport = namespaces, x.calling
	})
}

func newRig(ctx SpecContext, q quirk, op string) *rig {
	GinkgoHelper()
	x := startRig(ctx)
	x.quirk, x.op = q, op
	if q.fault.Delay > 0 {
		x.calling.giveUp = time.Second
	}
	x.bystander()
	if op == "token" {
		return x
	}
	x.addSeller(ctx, "main", x.deadline)
	x.ready(ctx)
	if op != "POST" {
		x.bind(ctx)
	}
	return x
}

// deadline is short, for rows about a write whose answer does not come. In those about lists
// each write takes effect, and once: it has the time that a busy machine takes.
func (x *rig) deadline(s *v1alpha1.SellerSettings) {
	quick(s)
	if x.op == "list" {
		s.Creation.Deadline.Duration = time.Minute
	}
}

// bind has a Reseller whose broker lists show.
func (x *rig) bind(ctx SpecContext) {
	GinkgoHelper()
	x.abc = x.reseller("abc")
	if x.spec != nil {
		x.spec(&x.abc.Spec, x.api.Add(x.broker("abc")))
	}
	create(ctx, x.abc)
	awaitReason(ctx, x.abc, v1alpha1.ReasonInSync)
	x.id = x.abc.Status.BrokerID
	x.readings(ctx, 1)
}

// strike lets the quirk in, and has a user do what leads to the operation.
func (x *rig) strike(ctx SpecContext) {
	GinkgoHelper()
	x.clock.advance(2 * time.Minute) // so that the account may be read at once
	x.rests(ctx)                     // a sync that this makes due sees nothing of the quirk
	x.api.ResetHistory()
	x.manager.forget()
	begin := x.begins
	if x.early {
		x.begins()
		begin = func() {}
	}
	x.calling.strike(operationNamed(x.op), begin)
	if x.shapes == nil && x.portal == nil {
		fault := x.fault
		fault.Op = operationNamed(x.op)
		x.inject(fault)
	}
	x.act(ctx)
	if x.accepted {
		Eventually(func() int { return x.api.Calls(operationNamed(x.op)) }).WithContext(ctx).Should(BeNumerically(">", 0))
		annotate(ctx, x.seller, v1alpha1.AnnotationAcceptListAt, fresh())
	}
}

// rests waits until no more calls come.
func (x *rig) rests(ctx SpecContext) {
	GinkgoHelper()
	before := -1
	Eventually(func() bool {
		now := len(x.exchanges(func(x fake.Exchange) bool { return x.Status != 0 }))
		same := now == before
		before = now
		return same
	}).WithContext(ctx).WithPolling(400 * time.Millisecond).Should(BeTrue())
}

// begins is called as the operation is: what came before it saw nothing of the quirk.
func (x *rig) begins() {
	defer GinkgoRecover()
	switch {
	case x.shapes != nil:
		var shapes fake.Shapes
		x.shapes(&shapes)
		Expect(x.api.SetShapes(shapes)).To(Succeed())
	case x.portal != nil:
		Expect(x.portal(x.api, x.id)).To(Succeed())
	}
}

func operationNamed(name string) fake.Operation {
	for _, o := range operations {
		if o.name == name {
			return o.op
		}
	}
	return fake.OpUnknown
}

func (x *rig) act(ctx SpecContext) {
	GinkgoHelper()
	switch x.op {
	case "GET", "PUT":
		x.subject = x.abc
		edit(ctx, x.abc, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@abc.example") })
	case "services", "DELETE":
		x.subject = x.abc
		remove(ctx, x.abc)
	default:
		x.subject = x.reseller("new")
		if x.op == "token" {
			x.addSeller(ctx, "main", quick)
		}
		create(ctx, x.subject)
		if x.op == "token" {
			Eventually(func() string { return x.says(ctx) }).WithContext(ctx).Should(HaveSuffix(": " + x.plain(x.failure(ctx))))
			x.manager.forget() // it may have said before that it waits for the first sync
		}
	}
}

// heal ends the quirk. A user asks for another try where status wants that; all others
// go on automatically.
func (x *rig) heal(ctx SpecContext) {
	GinkgoHelper()
	x.calling.strike("", nil)
	x.api.ClearFaults()
	if x.shapes != nil {
		Expect(x.api.SetShapes(fake.Shapes{})).To(Succeed())
	}
	if record, known := x.api.Broker(x.id); known && record.State == fake.StateLive && x.mended != nil {
		Expect(x.mended(x.api, record.ID)).To(Succeed())
	}
	x.clock.run()
	x.clock.advance(20 * time.Minute)
	refresh(ctx, x.seller)
	status := &x.seller.(*v1alpha1.Seller).Status
	if meta.IsStatusConditionTrue(status.Conditions, v1alpha1.ConditionStalled) || status.List != nil && status.List.Unreadable > 0 {
		x.requestReading(ctx)
	}
	if r := (&v1alpha1.Reseller{}); server.Get(ctx, client.ObjectKeyFromObject(x.subject), r) == nil &&
		meta.IsStatusConditionTrue(r.Status.Conditions, v1alpha1.ConditionStalled) {
		patch := []byte(`{"metadata":{"annotations":{"` + v1alpha1.AnnotationReconcileRequestedAt + `":"` + fresh() + `"}}}`)
		Expect(client.IgnoreNotFound(server.Patch(ctx, x.subject, client.RawPatch(types.MergePatchType, patch)))).To(Succeed())
	}
}

// told is what can be seen of a row at a moment: the calls since the quirk struck, the
// writes of Resellers and of the Seller, what both say, and what brokers there are.
func (x *rig) told(ctx SpecContext, reads bool) string {
	calls := x.counted(reads)
	return strings.Join([]string{
		calls, x.written(reads), "Seller " + x.sellerSays(ctx), x.says(ctx), strings.Join(x.brokers(), ", "),
	}, " | ")
}

// counted are the calls by operation. Once the clock runs, how often something is read
// depends on how fast the machine is: then only what changes something is counted.
func (x *rig) counted(reads bool) string {
	var all []string
	for _, o := range operations {
		if n := x.api.Calls(o.op); n > 0 && (reads || slices.Contains(writes, o.name)) {
			all = append(all, fmt.Sprintf("%s %d", o.name, n))
		}
	}
	return orNone(strings.Join(all, ", "))
}

// written are the writes of Resellers. Once the clock runs, what is shown on the way
// depends on how fast the machine is, too: status is not counted then.
func (x *rig) written(shown bool) string {
	var object, status int
	for _, w := range x.manager.writes("resellers") {
		if strings.HasSuffix(w, "/status") {
			status++
		} else {
			object++
		}
	}
	if !shown {
		return fmt.Sprintf("object %d", object)
	}
	return fmt.Sprintf("object %d, status %d", object, status)
}

func (x *rig) sellerSays(ctx SpecContext) string {
	if server.Get(ctx, client.ObjectKeyFromObject(x.seller), x.seller) != nil {
		return "unknown"
	}
	c := meta.FindStatusCondition(x.seller.(*v1alpha1.Seller).Status.Conditions, v1alpha1.ConditionReady)
	if c == nil {
		return "unknown"
	}
	if c.Reason == v1alpha1.ReasonWaitingForReading {
		return v1alpha1.ReasonReady // or soon: who had a token refused is verified again
	}
	return c.Reason
}

// failure is why the Seller is not ready, once it says so.
func (x *rig) failure(ctx SpecContext) string {
	GinkgoHelper()
	var c *metav1.Condition
	Eventually(func() bool {
		refresh(ctx, x.seller)
		c = meta.FindStatusCondition(x.seller.(*v1alpha1.Seller).Status.Conditions, v1alpha1.ConditionReady)
		return c != nil && c.Reason != v1alpha1.ReasonWaitingForReading
	}).WithContext(ctx).Should(BeTrue())
	return c.Message
}

// says is the condition Ready of the subject.
func (x *rig) says(ctx SpecContext) string {
	r := &v1alpha1.Reseller{}
	switch err := server.Get(ctx, client.ObjectKeyFromObject(x.subject), r); {
	case apierrors.IsNotFound(err):
		return "gone"
	case err != nil:
		return "unknown"
	}
	c := meta.FindStatusCondition(r.Status.Conditions, v1alpha1.ConditionReady)
	if c == nil {
		return "nothing yet"
	}
	text := fmt.Sprintf("%s %s: %s", map[bool]string{true: "Ready", false: "not Ready"}[c.Status == metav1.ConditionTrue], c.Reason, c.Message)
	if c.ObservedGeneration != r.Generation {
		text = "before the edit: " + text
	}
	return x.plain(text)
}

var (
	moments   = regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(Z|\+00:00)?`)
	clockTime = regexp.MustCompile(`\d\d:\d\d( UTC|:\d\d)?`)
)

// plain is a text without what differs from run to run.
func (x *rig) plain(text string) string {
	for _, r := range x.api.Brokers() {
		text = strings.ReplaceAll(text, r.ID, "<id of "+strings.TrimSuffix(r.Broker.Name, " Company")+">")
	}
	text = strings.NewReplacer(x.endpoint, "<endpoint>", x.api.SellerID(), "<seller>", x.namespace, "<namespace>", "\n", " / ").Replace(text)
	return clockTime.ReplaceAllString(moments.ReplaceAllString(text, "<time>"), "<time>")
}

// brokers are those of the account that are not the bystander, with what the edit asks for.
func (x *rig) brokers() []string {
	all := []string{}
	for _, r := range x.api.Live() {
		name := strings.TrimSuffix(r.Broker.Name, " Company")
		switch {
		case name == "bystander":
			continue
		case strings.HasPrefix(r.Broker.SupportEmail, "help@"):
			name += " edited"
		}
		all = append(all, name)
	}
	slices.Sort(all)
	return []string{orNone(strings.Join(all, ", "))}
}

func orNone(text string) string {
	if text == "" {
		return "–"
	}
	return text
}
