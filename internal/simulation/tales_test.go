package simulation

import (
	"time"

	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// tales are the lives that are told: each as short as what it is about permits.
var tales = []tale{
	{file: "create-edit-delete", about: "A Reseller is made, edited and deleted.", live: func(w *World) {
		w.live("a", nil)
		w.edit("a", phone("7770000"))
		w.until("a", inOrder)
		w.remove("a")
		w.until("a", isGone)
	}},
	{file: "renamed", about: "The registration number and the domain are edited, and the manager dies with the answer to the PUT. They are edited again before the next one starts: it knows the broker by what was to be sent, and looks once more when that can change nothing any more.", given: func(w *World) {
		w.live("a", nil)
	}, live: func(w *World) {
		w.on("", put, CrashCommits)
		w.edit("a", means("beta"))
		w.Run(time.Minute, func() bool { return w.leader().dead })
		w.edit("a", means("gamma"))
		w.until("a", inOrder)
		w.calm(10 * time.Minute)
	}},
	{file: "edited-and-back", about: "The API refuses an edit and does it all the same. The spec goes back to what the last read showed, and nobody takes that for proof.", given: func(w *World) {
		w.live("a", func(r *v1alpha1.Reseller) { r.Spec.DriftPolicy = v1alpha1.DriftReport })
	}, live: func(w *World) {
		before := string(*w.reseller("a").Spec.Name)
		w.on("", put, refusal(400, fake.FormText, true))
		w.edit("a", wants("name", "Other"))
		w.Run(time.Minute, func() bool { return reasonFor(w.reseller("a")) == v1alpha1.ReasonRefused })
		w.edit("a", wants("name", before))
		w.until("a", inOrder)
	}},
	{file: "create-manager-dies-before-post", about: "The manager dies between intent and POST. The next one can't know that nothing was sent, so it waits out every bound.", live: func(w *World) {
		w.strike = func(p *point) Outcome {
			if p.op == post && p.manager == "manager-A" {
				return CrashBefore
			}
			return Fine
		}
		w.live("a", nil)
	}},
	{file: "create-answer-lost", about: "The answer to the POST is lost. The broker is found by what was posted, and no second one is made.", live: func(w *World) {
		w.on("", post, Lost)
		w.live("a", nil)
	}},
	{file: "create-answer-without-id", about: "The POST is confirmed without saying which broker it made.", options: Options{Shapes: fake.Shapes{CreateAnswer: fake.CreateNothing, ListLag: 20 * time.Second}}, live: func(w *World) {
		w.live("a", nil)
	}},
	{file: "create-asks", about: "The portal has the company under its registration number without zeros. A user is asked whether it is the one, and says that it is another.", before: func(w *World) {
		w.fake.Add(inPortal("12345", "people@acme.example"))
	}, live: func(w *World) {
		w.add(newReseller("a", "acme", numbered("0012345")))
		w.calm(3 * time.Minute)
		w.edit("a", despite(w.newest()))
		w.until("a", inOrder)
	}},
	{file: "create-written-otherwise", about: "The API drops the zeros of a registration number and puts www. before a domain, and the answer to the POST is lost. The broker is known by all else that was posted.", options: Options{Shapes: fake.Shapes{Spell: both.Shapes.Spell}}, live: func(w *World) {
		w.on("", post, Lost)
		w.live("a", numbered("0012345"))
	}},
	{file: "create-refused", about: "The POST is refused; it is made again at once when the spec is mended.", live: func(w *World) {
		w.on("", post, "400")
		w.add(newReseller("a", "acme", nil))
		w.calm(3 * time.Minute)
		w.edit("a", phone("7770000"))
		w.until("a", inOrder)
	}},
	{file: "create-withdrawn", about: "The spec is edited between intent and POST: what was announced is not sent.", live: func(w *World) {
		m := w.leader()
		w.hold = func(p *point) bool { return p.op == readLive } // just before the intent is written
		w.add(newReseller("a", "acme", nil))
		w.calm(time.Minute)
		w.frozen[m], w.hold = true, nil
		w.Run(time.Minute, func() bool { return w.reseller("a").Status.Creation != nil })
		w.edit("a", domain("other.example"))
		w.frozen[m] = false
		w.until("a", inOrder)
	}},
	{file: "never-made", about: "A Reseller that can't be found again by its identity makes nothing, and goes without a call. Others have a finalizer on it, too.", live: func(w *World) {
		w.add(newReseller("a", "acme", func(r *v1alpha1.Reseller) {
			r.Spec.RegistrationNumber = ptr.To(v1alpha1.Text("-"))
			r.Finalizers = []string{"example.com/invoices"}
		}))
		w.calm(time.Minute)
		w.remove("a")
		w.calm(time.Minute)
		w.edit("a", func(r *v1alpha1.Reseller) { r.Finalizers = nil })
		w.until("a", isGone)
	}},
	{file: "adopt-by-id", about: "spec.brokerID names a broker: it is adopted, never made.", before: hasBroker, live: func(w *World) {
		w.live("a", func(r *v1alpha1.Reseller) {
			naming(w.newest())(r)
			phone("7770000")(r)
		})
		w.edit("a", naming(""))
		w.calm(time.Minute)
	}},
	{file: "adopt-refused", about: "A broker with this identity is there already: a user has to permit that it is adopted.", before: hasBroker, live: func(w *World) {
		w.add(newReseller("a", "acme", nil))
		w.calm(time.Minute)
		w.edit("a", func(r *v1alpha1.Reseller) { r.Spec.AdoptionPolicy = v1alpha1.AdoptMatchExisting })
		w.until("a", inOrder)
	}},
	{file: "adopt-by-mark", about: "The object was lost and is made again: the ownership mark shows that the broker is its own. Nobody sets that mark by hand.", seller: marking, options: shown, live: func(w *World) {
		w.live("a", orphaned)
		w.remove("a")
		w.until("a", isGone)
		w.calm(time.Minute)
		w.live("a", nil)
		forged := v1alpha1.CustomProperty{ID: "owner", Value: ptr.To("mine")}
		w.edit("a", func(r *v1alpha1.Reseller) { r.Spec.CustomProperties = append(r.Spec.CustomProperties, forged) })
		w.calm(time.Minute)
	}},
	{file: "entry-unreadable", about: "The list shows a broker without an id. It may be the one that is about to be made, so nothing is made beside it, and others go on. Mended, it is found.", given: func(w *World) {
		w.live("b", nil)
		w.portal("makes a broker", func() { w.fake.Add(newBroker("acme")) })
		w.on("", list, NoIDList, 1000)
	}, live: func(w *World) {
		w.add(newReseller("a", "acme", nil))
		w.calm(time.Minute)
		w.edit("b", phone("7770000"))
		w.until("b", inOrder)
		w.strike = nil
		w.calm(10 * time.Minute)
	}},
	{file: "observe", about: "A broker that is only observed: nothing is made, written or deleted.", options: details, live: func(w *World) {
		w.add(newReseller("a", "acme", func(r *v1alpha1.Reseller) { r.Spec.ManagementPolicy = v1alpha1.Observe }))
		w.calm(time.Minute)
		w.portal("makes the broker", func() { w.fake.Add(newBroker("acme")) })
		w.calm(10 * time.Minute)
		w.portal("changes its phone", func() { w.setPhone("5550000") })
		w.calm(10 * time.Minute)
		w.remove("a")
		w.until("a", isGone)
	}},
	{file: "discovered", about: "Discovery shows a broker that nobody manages: nothing is called for it. A user edits the spec, and the Reseller adopts the broker.", before: hasBroker, live: func(w *World) {
		shown := newReseller("a", "acme", nil)
		shown.Labels = map[string]string{v1alpha1.LabelDiscovered: "true"}
		shown.Spec = plan.DiscoveredSpec(shown.Spec.SellerRef, v1alpha1.ID(w.newest()))
		w.add(shown)
		w.calm(10 * time.Minute)
		w.edit("a", func(r *v1alpha1.Reseller) { r.Spec.ManagementPolicy = v1alpha1.Manage })
		w.until("a", inOrder)
	}},
	{file: "delete-protected", about: "An annotation keeps a Reseller and its broker although it is deleted, until it is taken away.", given: made, live: func(w *World) {
		protect := func(value string) func(*v1alpha1.Reseller) {
			return func(r *v1alpha1.Reseller) {
				r.Annotations = map[string]string{v1alpha1.AnnotationDeletionProtection: value}
			}
		}
		w.edit("a", protect("true"))
		w.remove("a")
		w.calm(10 * time.Minute)
		w.edit("a", protect("false"))
		w.until("a", isGone)
	}},
	{file: "drift-corrected", about: "Somebody changes the broker in the portal again and again: it is corrected, until it is a contest that people have to settle. A new manager does not take it up again.", options: details, given: made, live: func(w *World) {
		for range 4 {
			w.portal("changes its phone", func() { w.setPhone("5550000") })
			w.calm(10 * time.Minute)
		}
		w.failOver()
		w.calm(10 * time.Minute)
	}},
	{file: "drift-reported", about: "With driftPolicy Report what others change is shown, and only edits of the spec are sent.", options: details, given: func(w *World) {
		w.live("a", func(r *v1alpha1.Reseller) { r.Spec.DriftPolicy = v1alpha1.DriftReport })
	}, live: func(w *World) {
		w.portal("changes its phone", func() { w.setPhone("5550000") })
		w.calm(10 * time.Minute)
		w.edit("a", func(r *v1alpha1.Reseller) { r.Spec.Name = ptr.To(v1alpha1.Text("Another name")) })
		w.calm(10 * time.Minute)
	}},
	{file: "respelled", about: "The API spells a value in its own way: that is learned once, and is no drift.", options: Options{Shapes: fake.Shapes{Normalize: []string{fake.NormalizeVAT}}}, given: made, live: func(w *World) {
		w.edit("a", func(r *v1alpha1.Reseller) { r.Spec.VAT = ptr.To(v1alpha1.Text("987654321")) })
		w.until("a", inOrder)
	}},
	{file: "update-refused", about: "The PUT is refused: it waits, until the spec is mended.", given: made, live: func(w *World) {
		w.on("", put, "400")
		w.edit("a", phone("7770000"))
		w.calm(time.Minute)
		w.edit("a", deleted) // which is no other content
		w.calm(time.Minute)
		w.edit("a", phone("8880000"))
		w.until("a", inOrder)
	}},
	{file: "update-harmed", about: "An update changes what the spec does not name: the API glues a prefix to the VAT number each time. A read proves what the answer shows, and no further update is sent, by the next manager either, before a user answers for it.", options: Options{Shapes: fake.Shapes{Spell: []string{"update vat glue=EE"}}}, given: func(w *World) {
		w.live("a", nil)
		w.portal("sets its VAT number", func() { must(w.fake.Edit(w.newest(), func(b *fake.Broker) { b.VAT = "1" })) })
	}, live: func(w *World) {
		w.edit("a", phone("7770000"))
		w.calm(time.Minute)
		w.edit("a", phone("8880000"))
		w.calm(time.Minute)
		w.failOver()
		w.calm(time.Minute)
		w.edit("a", func(r *v1alpha1.Reseller) {
			r.Annotations = map[string]string{v1alpha1.AnnotationAcceptChange: "spec.vat"}
		})
		w.until("a", inOrder)
	}},
	{file: "update-masked", about: "Cloudmore shows an address of which the spec says nothing with characters hidden: an update would store it so, and waits until the spec names it.", options: Options{Shapes: fake.Shapes{Spell: []string{"show address.address mask"}}}, given: func(w *World) {
		w.live("a", nil)
		w.portal("sets its address", func() { must(w.fake.Edit(w.newest(), func(b *fake.Broker) { b.Address.Address = "Main Street 1" })) })
	}, live: func(w *World) {
		w.edit("a", phone("7770000"))
		w.calm(time.Minute)
		w.edit("a", func(r *v1alpha1.Reseller) { r.Spec.Address.Address = ptr.To(v1alpha1.Text("Main Street 1")) })
		w.calm(time.Minute)
	}},
	{file: "not-found-once", about: "The broker's own GET says 404 once: a suspicion that the next one ends.", given: made, live: func(w *World) {
		w.calm(time.Minute)
		w.on("", get, "404")
		w.edit("a", phone("7770000"))
		w.until("a", inOrder)
	}},
	{file: "gone-and-made-again", about: "The broker is deleted in the portal: it is recreated after two GETs and a list agree.", given: made, live: func(w *World) {
		w.calm(time.Minute)
		w.portal("deletes the broker", func() { w.removeElsewhere(w.newest()) })
		w.calm(20 * time.Minute)
	}},
	{file: "delete-refused", about: "The DELETE is refused, and made again as pacing allows.", given: made, live: func(w *World) {
		w.on("", del, "409", 2)
		w.remove("a")
		w.until("a", isGone)
	}},
	{file: "delete-answer-lost", about: "The answer to the DELETE is lost before it took effect: the broker is read and the DELETE sent again.", given: made, live: func(w *World) {
		w.on("", del, Cut)
		w.remove("a")
		w.until("a", isGone)
	}},
	{file: "delete-in-use", about: "Services are activated for the broker: a user has to say that it is deleted all the same. Before that somebody holds the deletion by a finalizer.", given: func(w *World) {
		w.live("a", func(r *v1alpha1.Reseller) { r.Finalizers = []string{"example.com/invoices"} })
		must(w.fake.SetServices(w.newest(), true))
	}, live: func(w *World) {
		w.remove("a")
		w.calm(time.Minute)
		w.edit("a", func(r *v1alpha1.Reseller) {
			r.Finalizers = []string{v1alpha1.FinalizerReseller}
		})
		w.calm(time.Minute)
		id := w.newest()
		w.edit("a", func(r *v1alpha1.Reseller) { r.Annotations = map[string]string{v1alpha1.AnnotationForceDelete: id} })
		w.until("a", isGone)
	}},
	{file: "orphan", about: "With deletionPolicy Orphan the broker stays, and nothing is called.", given: func(w *World) { w.live("a", orphaned) }, live: func(w *World) {
		w.remove("a")
		w.until("a", isGone)
	}},
	{file: "suspended", about: "spec.suspend stops all writing: of a create, an edit and a delete.", live: func(w *World) {
		suspended := func(yes bool) func(*v1alpha1.Reseller) {
			return func(r *v1alpha1.Reseller) { r.Spec.Suspend = ptr.To(yes) }
		}
		w.add(newReseller("a", "acme", suspended(true)))
		w.calm(time.Minute)
		w.edit("a", suspended(false))
		w.until("a", inOrder)
		w.edit("a", func(r *v1alpha1.Reseller) { suspended(true)(r); phone("7770000")(r) })
		w.calm(time.Minute)
		w.remove("a")
		w.calm(time.Minute)
		w.edit("a", suspended(false))
		w.until("a", isGone)
	}},
	{file: "halted", about: "More brokers would change at once than the brake permits: all writing stops until a user resumes it.", seller: func(s *v1alpha1.Seller) {
		s.Spec.Brake = v1alpha1.Brake{Percent: 1, Minimum: 1}
		s.Spec.Brake.Window.Duration = time.Hour
	}, given: func(w *World) {
		w.live("a", nil)
		w.live("b", nil)
	}, live: func(w *World) {
		w.edit("a", phone("7770000"))
		w.until("a", inOrder)
		w.edit("b", phone("7770000"))
		w.calm(time.Minute)
		w.editSeller(func(s *v1alpha1.Seller) {
			s.Annotations = map[string]string{v1alpha1.AnnotationResumeWritesAt: "now"}
		})
		w.until("b", inOrder)
	}},
	{file: "dry-run", about: "The Seller has nothing written: an edit, a deletion and a new Reseller are decided and shown. When writes are enabled, each is sent once.", given: func(w *World) {
		w.live("a", nil)
		w.live("b", nil)
		w.editSeller(func(s *v1alpha1.Seller) { s.Spec.Writes = v1alpha1.WritesDryRun })
		w.calm(time.Minute)
	}, live: func(w *World) {
		w.edit("a", phone("7770000"))
		w.remove("b")
		w.add(newReseller("c", "gamma", nil))
		w.calm(time.Minute)
		w.editSeller(func(s *v1alpha1.Seller) { s.Spec.Writes = v1alpha1.WritesEnabled })
		w.until("a", inOrder)
		w.until("b", isGone)
		w.until("c", inOrder)
	}},
	{file: "brake", about: "More brokers are about to change than the brake lets go at once, and no more than it permits: two wait; one is taken back, the other goes on.", seller: func(s *v1alpha1.Seller) {
		s.Spec.Brake = v1alpha1.Brake{Percent: 1, Minimum: 7}
		s.Spec.Brake.Window.Duration = time.Hour
	}, given: func(w *World) {
		for _, name := range []string{"a", "b", "c", "d", "e", "f", "g"} {
			w.add(newReseller(name, "company-"+name, nil))
			w.until(name, inOrder)
		}
	}, live: func(w *World) {
		for _, name := range []string{"a", "b", "c", "d", "e", "f", "g"} {
			w.edit(name, phone("7770000"))
		}
		w.calm(5 * time.Second)
		w.edit("f", phone("53564558")) // as it was
		w.until("f", inOrder)
		w.until("e", inOrder)
	}},
	{file: "identity-taken", about: "Two Resellers mean one company: the older one has it, and the other waits until it is free.", given: func(w *World) { w.live("a", orphaned) }, live: func(w *World) {
		w.add(newReseller("b", "acme", nil))
		w.calm(time.Minute)
		w.edit("a", means("beta"))
		w.until("a", inOrder)
		w.until("b", inOrder)
		w.edit("a", means("acme"))
		w.calm(time.Minute)
	}},
	{file: "shared", about: "A restore made two Resellers show one broker: neither writes or deletes it.", given: made, live: func(w *World) {
		w.add(newReseller("b", "acme", deleted))
		w.calm(time.Minute)
		w.showBy("b", w.newest())
		w.edit("a", phone("7770000"))
		w.calm(time.Minute)
		w.remove("b")
		w.until("b", isGone)
		w.until("a", inOrder)
	}},
	{file: "inactive", about: "Somebody deactivates the broker in the portal. That is said, and an edit waits, until it is active again.", given: made, live: func(w *World) {
		id := w.newest()
		w.portal("deactivates the broker", func() { must(w.fake.Deactivate(id)) })
		w.calm(10 * time.Minute)
		w.edit("a", phone("7770000"))
		w.calm(10 * time.Minute)
		w.portal("activates the broker", func() { must(w.fake.Activate(id)) })
		w.until("a", inOrder)
	}},
	{file: "restored", about: "A backup kept no status. The annotations that the operator wrote lead back to the broker, and it is what it was: it goes with the object.", given: annotated, live: func(w *World) {
		w.loseStatus("a")
		w.failOver()
		w.until("a", inOrder)
		w.remove("a")
		w.until("a", isGone)
	}},
	{file: "restored-too-old", about: "A backup names a broker that is gone by now: a user is asked before another one is made.", given: annotated, live: func(w *World) {
		w.loseStatus("a")
		w.portal("deletes the broker", func() { must(w.fake.Remove(w.newest())) })
		w.failOver()
		w.calm(time.Minute)
		w.edit("a", func(r *v1alpha1.Reseller) { r.Annotations = nil })
		w.until("a", inOrder)
	}},
	{file: "named-otherwise", about: "While a create is open a user names another broker: what was made is settled first.", before: func(w *World) { w.fake.Add(newBroker("beta")) }, live: func(w *World) {
		other := w.newest()
		w.on("", post, Lost)
		w.add(newReseller("a", "acme", nil))
		w.reached("manager-A", post)
		w.edit("a", naming(other))
		w.calm(15 * time.Minute)
	}},
	{file: "finalizer-lost", about: "Somebody takes our finalizer off, of an open create and of a broker: it is put back before all else.", live: func(w *World) {
		bare := func(r *v1alpha1.Reseller) { r.Finalizers = nil }
		w.on("", post, Lost)
		w.add(newReseller("a", "acme", nil))
		w.reached("manager-A", post)
		w.edit("a", bare)
		w.until("a", inOrder)
		w.edit("a", bare)
		w.calm(time.Minute)
	}},
	{file: "seller", about: "There is no such Seller; when it comes it is used, and when it is led to another account, nothing is called.", live: func(w *World) {
		w.add(newReseller("a", "acme", func(r *v1alpha1.Reseller) { r.Spec.SellerRef.Name = secondSeller }))
		w.calm(time.Minute)
		w.addSellerNamed(secondSeller, nil)
		w.until("a", inOrder)
		w.edit("a", phone("7770000"))
		w.editSellerNamed(secondSeller, func(s *v1alpha1.Seller) { s.Spec.SellerID = "00000000-0000-4000-8000-000000000001" })
		w.calm(time.Minute)
	}},
	{file: "outage", about: "The API is away for ten minutes: an edit waits, what is healthy stays so, and the edit is sent when the API is back.", given: made, live: func(w *World) {
		back := now().Add(10 * time.Minute)
		w.strike = func(p *point) Outcome {
			if p.op.seller() && now().Before(back) {
				return "503"
			}
			return Fine
		}
		w.edit("a", phone("7770000"))
		w.calm(20 * time.Minute)
	}},
	{file: "proved", about: "An earlier version took what is shown for the API's own form: it is sent once, in the background, and shown again. The brake would stop the second one, and does not count them.", options: Options{Shapes: fake.Shapes{ListContent: fake.ListDetail, Normalize: []string{fake.NormalizeVAT}}}, seller: func(s *v1alpha1.Seller) {
		s.Spec.Brake = v1alpha1.Brake{Percent: 1, Minimum: 1}
		s.Spec.Brake.Window.Duration = 24 * time.Hour
	}, given: unproved, live: func(w *World) {
		w.failOver()
		w.calm(7 * time.Hour)
	}},
	{file: "restart", about: "A new manager knows a broker from the list only: it compares in full where that shows something new, or a user asks.", given: made, live: func(w *World) {
		w.failOver()
		w.calm(10 * time.Minute)
		w.edit("a", func(r *v1alpha1.Reseller) {
			r.Annotations = map[string]string{v1alpha1.AnnotationReconcileRequestedAt: "now"}
		})
		w.calm(time.Minute)
	}},
	{file: "asked", about: "People ask for a look at all at once: where lists show all of a broker, one sync is a look at each.", options: details, given: func(w *World) {
		w.live("a", nil)
		w.live("b", nil)
		w.calm(10 * time.Minute)
	}, live: func(w *World) {
		w.ask("a")
		w.ask("b")
		w.calm(time.Minute)
	}},
}

// details has lists that show brokers in full.
var details = Options{Shapes: fake.Shapes{ListContent: fake.ListDetail}}

// made has a healthy Reseller before the trace begins.
func made(w *World) { w.live("a", nil) }

// annotated has one whose annotations are written.
func annotated(w *World) {
	made(w)
	w.calm(time.Minute)
}

// unproved leaves the status of an earlier version, which took the VAT number for shown.
func unproved(w *World) {
	for _, name := range []string{"a", "b"} {
		w.live(name, func(r *v1alpha1.Reseller) { r.Spec.VAT = ptr.To(v1alpha1.Text("987654321")) })
		stored := w.reseller(name)
		next := stored.DeepCopy()
		next.Status.Applied = ""
		must(w.person().Status().Patch(background(), next, client.MergeFrom(stored)))
	}
}

// hasBroker has the broker of the company there from the beginning.
func hasBroker(w *World) { w.fake.Add(newBroker("acme")) }

// live makes a Reseller and waits until it is healthy; b is another company.
func (w *World) live(name string, change func(*v1alpha1.Reseller)) {
	company := map[string]string{"a": "acme", "b": "beta"}[name]
	w.add(newReseller(name, company, change))
	w.until(name, inOrder)
}

type end int

const (
	inOrder end = iota
	isGone
)

// until waits for the end of a chapter; a life without it is a broken one.
func (w *World) until(name string, e end) {
	ended := w.Run(2*time.Hour, func() bool {
		if e == isGone {
			return w.reseller(name) == nil
		}
		return w.inSync(name)
	})
	if !ended && w.broken == "" {
		w.broken = "the chapter of " + name + " does not end"
	}
}

// portal is what somebody does behind the operator's back.
func (w *World) portal(what string, do func()) {
	w.recording.tell("portal", "%s", what)
	do()
}

// setPhone changes the phone of the newest broker in the portal.
func (w *World) setPhone(number string) {
	must(w.fake.Edit(w.newest(), func(b *fake.Broker) { b.Contact.Phone = number }))
}

func (w *World) editSeller(change func(*v1alpha1.Seller)) { w.editSellerNamed(sellerName, change) }

func (w *World) editSellerNamed(name string, change func(*v1alpha1.Seller)) {
	found, err := w.server.find("Seller", named(name))
	must(err)
	before := found.obj.(*v1alpha1.Seller)
	next := before.DeepCopy()
	change(next)
	must(w.person().Patch(background(), next, client.MergeFrom(before)))
}
