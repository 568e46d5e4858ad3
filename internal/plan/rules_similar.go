package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// Registration numbers and domains come back as the API writes them: without leading
// zeros, with "www." or a prefix. A broker that is the sought one but for that is never
// taken for another company, nor for the same one, without more than that.

// inQuestion are the similar brokers that nobody holds and no user has answered for. An
// open create comes before who only names what it may have made.
func (s *State) inQuestion() []Similar {
	var open []Similar
	holds := holder
	if s.Record.Creation != nil {
		holds = haver
	}
	for _, b := range s.Reading.Similar {
		id := b.Broker.ID
		if !b.Held && holds(s, id) == nil && !s.named().Same(id) && !slices.ContainsFunc(s.Desired.Despite, id.Same) {
			open = append(open, b)
		}
	}
	return open
}

// unanswered are those of them that were not there before the open create.
func (s *State) unanswered() []Similar {
	c := s.Record.Creation
	if c == nil {
		return s.inQuestion()
	}
	return slices.DeleteFunc(s.inQuestion(), func(b Similar) bool { return slices.ContainsFunc(c.PassedOver, b.Broker.ID.Same) })
}

// passedOver are the similar brokers that are there before a create, which makes none of
// them. What another Reseller holds tells itself, but for those that may be asked about.
func (s *State) passedOver() []broker.ID {
	many := func(b Similar) bool { return b.Crowded || b.Named }
	told := slices.DeleteFunc(slices.Clone(s.Reading.Similar), func(b Similar) bool { return b.Held && many(b) })
	rare := slices.DeleteFunc(slices.Clone(told), many)
	crowd := slices.DeleteFunc(told, func(b Similar) bool { return !many(b) })
	all := slices.Concat(rare, crowd)
	return idsOfSimilar(all[:min(len(all), maxPassedOver)])
}

// beside are those of them of which people hear: of a crowd only who has the name.
func (s *State) beside() []broker.ID {
	return idsOfSimilar(slices.DeleteFunc(s.unanswered(), func(b Similar) bool {
		return b.Named || b.Crowded && (s.Desired.Broker.Name == nil || !broker.SameName(*s.Desired.Broker.Name, b.Broker))
	}))
}

// stopping are those in question that may be the broker that the spec describes: before a
// first POST a user says whether one is. Nothing that was let pass when the create was
// announced is left out: who held it then may have let go of it.
func (s *State) stopping() []Similar {
	if s.Access.CreateBesideSimilar || len(s.Reading.Similar) == 0 {
		return nil
	}
	return slices.DeleteFunc(s.inQuestion(), func(b Similar) bool {
		unnamed := b.Broker.Name == nil && !b.Broker.Detail
		return b.Crowded || (!unnamed && !showsNothing(&b) && !broker.MayBe(&s.Desired.Broker, b.Broker))
	})
}

// showsNothing reports whether lists show a broker of the sought name, and nothing shows
// its registration number and domain, as where its GET finds none: it may be the one.
func showsNothing(b *Similar) bool {
	return b.Named && !b.Broker.Detail && broker.Halves(b.Broker) == broker.Identity{}
}

// similar: a broker may be the one described, written otherwise. What another Reseller is
// making is waited for, and what it holds is never asked about.
func similar(s *State) Step {
	if r := making(s, s.Desired.Identity); r != nil {
		return s.afterRival(r, s.Now.Add(lookAtMost))
	}
	stopping := s.stopping()
	for i := range stopping {
		if step := s.readFirst(&stopping[i]); step != nil {
			return step
		}
	}
	if len(stopping) == 0 {
		return nil
	}
	rest := s.askAbout(stopping, "to adopt it")
	rest.For = ForBroker | ForUser
	return rest
}

// afterRival waits until it is settled what a competing Reseller has made.
func (s *State) afterRival(r *Rival, until time.Time) Rest {
	return Rest{
		Reason:  v1alpha1.ReasonCreating,
		Message: fmt.Sprintf("%s is creating a broker of a similar registration number or domain; this create goes on when it is settled which one that is", who(r, s.Record.Namespace)),
		For:     ForRival, Until: until,
	}
}

// readFirst reads a broker by its own GET before anybody is told of it: one that only a
// list shows may be gone, or another seller's. nil when it is known, or was told of.
func (s *State) readFirst(b *Similar) Step {
	told := s.stalledBy(v1alpha1.ReasonSimilarBrokerExists) && (b.Broker.Detail || showsNothing(b))
	if !b.Unlisted && (!b.Listed || told) {
		return nil
	}
	switch l := s.looked(b.Broker.ID); {
	case l == nil:
		return Look{ID: b.Broker.ID}
	case s.missing(l.Failure):
		return s.listedOnly(b.Broker.ID)
	case showsNothing(b) && l.Failure.Denied():
		return nil // it stays hidden: a user may know which one it is
	case l.Failure != nil:
		return failed(s, l.Failure)
	default:
		return nil
	}
}

// intentSimilar: an intent is open that may have been posted, and a broker may be what it
// made, shown in the API's own way. The one that shows all else that was posted is; else a
// user says, when the POST can make none any more. Nothing is posted again before that,
// and a deletion does not let go.
func intentSimilar(s *State) Step {
	var ours, doubtful []Similar
	for _, b := range s.unanswered() {
		step := s.readFully(&b)
		if step != nil {
			return step
		}
		if s.madeThis(b.Broker) {
			ours = append(ours, b)
		} else {
			doubtful = append(doubtful, b)
		}
	}
	if len(ours) == 1 {
		id := ours[0].Broker.ID
		switch l := s.looked(id); {
		case l == nil:
			return Look{ID: id}
		case l.Failure == nil && s.madeThis(&l.Broker):
			return RecordBroker{ID: id, Origin: v1alpha1.OriginCreated}
		}
	}
	if doubtful = append(doubtful, ours...); len(doubtful) == 0 || len(s.Reading.Matches) > 0 || !concluded(s) {
		return nil
	}
	ask := s.askAbout(doubtful, "to have it")
	rest := unresolved(s, ask.Reason, "it is unknown whether the create took effect"+s.answerToPost()+"; "+ask.Message)
	rest.Note = ask.Note
	return rest
}

// readFully reads a broker of which no details are known; nil when they are, or it has
// gone.
func (s *State) readFully(b *Similar) Step {
	if b.Broker.Detail && !b.Unlisted {
		return nil
	}
	l := s.looked(b.Broker.ID)
	if l == nil && s.waitsForMissing(b.Broker.ID) {
		return nil // as its latest GET said
	}
	switch {
	case l == nil:
		return Look{ID: b.Broker.ID}
	case l.Failure == nil || s.missing(l.Failure):
		return nil
	default:
		rest := failed(s, l.Failure)
		rest.Quiet = false
		return rest
	}
}

// madeThis reports whether a broker can only be what the open intent made: it shows all
// that was posted, and no other open intent may have made it. Where a mark is posted, it
// shows that, too.
func (s *State) madeThis(b *broker.Broker) bool {
	switch {
	case b.Foreign || !b.Detail || making(s, broker.Halves(b)) != nil:
		return false
	case s.saysNoMark(b):
		return s.onlyOneShownAs(b)
	default:
		return s.provesCreate(s.markOn(b), true)
	}
}

// shownAs reports whether a broker shows all that the open intent posted, but for how the
// API writes the identity.
func (s *State) shownAs(b *broker.Broker) bool {
	c := s.Record.Creation
	return broker.Fingerprint(b) == c.BodyHash || broker.ShownAs(b, c.Number, c.Domain, c.BodyHash)
}

// askAbout asks a user whether a similar broker is the one described.
func (s *State) askAbout(brokers []Similar, toTake string) Rest {
	var shown, ids []string
	for i := range brokers {
		b := brokers[i].Broker
		ids = append(ids, string(b.ID.Key()))
		shown = append(shown, s.shownTo(b))
	}
	note := fmt.Sprintf("broker %s may be the one described here", strings.Join(ids, ", "))
	message := fmt.Sprintf("%s may be the one described here, since registration numbers and domains are written in several ways; %s, set spec.brokerID: %q; if it is another company, set the annotation %s: %q",
		strings.Join(shown, ", "), toTake, ids[0], v1alpha1.AnnotationCreateDespite, s.despiteAlso(idsOf(ids)...))
	return Rest{Reason: v1alpha1.ReasonSimilarBrokerExists, Message: message, Note: note + "; status says what to do"}
}

// despiteAlso is the value of the annotation by which a user says that these are others, too.
func (s *State) despiteAlso(ids ...broker.ID) string {
	var all []string
	for _, id := range slices.Concat(ids, s.Desired.Despite) {
		all = append(all, string(id))
	}
	return strings.Join(all, ",")
}

// shownTo is a broker in words. Who may not take brokers over is not told what they show.
func (s *State) shownTo(b *broker.Broker) string {
	if s.Access.AdoptionForbidden {
		return fmt.Sprintf("broker %s", b.ID.Key())
	}
	show := func(v *string) string {
		if v == nil {
			return `""`
		}
		return fmt.Sprintf("%q", bounded.Characters(*v, shownValue))
	}
	return fmt.Sprintf("broker %s (name %s, registration number %s, domain %s)", b.ID.Key(), show(b.Name), show(b.RegistrationNumber), show(b.Domain))
}

// idsIn reads the ids that an annotation names, as many as status could tell of.
func idsIn(annotation string) []broker.ID {
	var found []broker.ID
	for id := range strings.SplitSeq(annotation, ",") {
		if id = strings.TrimSpace(id); id != "" && len(found) < maxDespite {
			found = append(found, broker.ID(id))
		}
	}
	return found
}

func idsOf(words []string) []broker.ID {
	var found []broker.ID
	for _, id := range words {
		found = append(found, broker.ID(id))
	}
	return found
}

func idsOfSimilar(brokers []Similar) []broker.ID {
	var found []broker.ID
	for i := range brokers {
		found = append(found, brokers[i].Broker.ID)
	}
	return found
}

// onlyOneShownAs is the same, where no older broker may be alike that the lists before the
// POST did not show.
func (s *State) onlyOneShownAs(b *broker.Broker) bool { return s.shownAs(b) && !s.surfacing() }

// surfacing reports whether a list before the POST showed no broker at all, as in an outage,
// and none since is late and whole enough to show what the POST made: what it shows may be
// older.
func (s *State) surfacing() bool {
	ended := s.Memory.PostEnded
	blank := slices.ContainsFunc(s.Reading.Blank, func(start time.Time) bool { return !start.After(ended) })
	return blank && (s.Reading.Latest.Before(ended.Add(s.Access.ListLag)) || len(s.Reading.Unreadable) > 0)
}
