package plan

// rules are, for each phase, what decides the next step. The first that answers wins,
// so their order is the policy: what must never happen stands before what should.
var rules = map[Phase][]rule{
	Answered: named(
		createAnswered, // an id is written down before anything else can go wrong
		deleteAnswered, // a refused DELETE is no longer under way
		updateAnswered, // a refused PUT is not repeated
	),
	Leaving: named(
		released,  // our finalizer is off: the rest is not ours
		neverMade, // nothing was made, so nothing needs the account
		letGo,     // the broker stays, and no call is under way: no credentials needed
	),
	Creating: named(
		finalizerLost,    // what may have made a broker is protected before all else
		accountChanged,   // ids of another account mean other brokers: no call at all
		sellerProblem,    // without a Seller there is nothing to ask
		intentWithdrawn,  // what makes a POST wrong stops it while that is still sure
		intentPosted,     // only who wrote the intent, and saw it come back, posts it
		intentFound,      // a broker that can only be ours is taken at once
		intentSimilar,    // one that the API shows in its own way is ours, or a user says that it is not
		intentUnresolved, // only "none" has to wait, and is never believed from one list
	),
	Deleting: named(
		finalizerLost,
		accountChanged,
		sellerProblem,
		deletionPosted,    // only who wrote the deletion sends it, and once
		deletionUnsettled, // the finalizer stays until the broker is proven to be gone
		deletionProtected, // a user said that this is never to be deleted
		deletionSuspended, // a user said hands off
		deletionHeld,      // people may hold a delete with finalizers of their own
		deletionShared,    // a broker that two Resellers show is deleted by neither
		deletionPaced,     // a DELETE that failed is not repeated at once
		deletionUnproven,  // nothing is deleted whose identity was not read just before
		deletionInUse,     // activated services are somebody's business: ask first
		deletionStarts,    // written down first, so that nobody binds what is dying
	),
	Unbound: named(
		discovered, // what only shows a broker holds nothing and calls nothing
		accountChanged,
		sellerProblem,
		withoutFinalizer, // never make what could not be cleaned up
		markForged,       // the ownership mark is not the spec's to set
		identityTaken,    // one identity, one Reseller
		writesHalted,     // nothing new while writing is stopped
		brokerNamed,      // a user named the broker: never a POST
		identityless,     // what could not be found again is not made
		unread,           // read first: it may be there
		entryUnreadable,  // what can't be told apart may be it
		marked,           // our mark needs no permission
		matched,          // found is not ours yet
		similar,          // one that is written otherwise may be the same company: ask first
		annotatedMissing, // an old backup may name what has gone: ask first
		createPaced,      // a POST that failed is not repeated at once
		unconfirmed,      // one list may be short; a second one must agree
		intentStarts,     // written down first, so that a crash leaves a trace
	),
	Bound: named(
		boundUnprotected, // what holds a broker is protected before all else
		accountChanged,
		sellerProblem,
		markForged,
		boundOtherwise,    // a user names another broker than the bound one
		boundShared,       // a broker that two Resellers show is written by neither
		boundMissing,      // 404 is a suspicion
		boundInactive,     // nothing is sent to what was deactivated or deleted elsewhere
		updatePaced,       // a PUT that failed is not repeated at once
		boundAsked,        // who asks for a look shares a sync where that is one
		boundUnknown,      // nothing is compared with what was never read
		boundSummarised,   // a list's summary is no comparison
		boundUnread,       // an own write is judged by what is read after it
		boundSuperseded,   // what is shown may be older than an earlier value that was sent
		boundDoubted,      // an answer alone does not say that an update did harm
		boundRenamed,      // an identity that was sent counts until it is known what came of it
		boundLearned,      // how the API shows what was sent is accepted
		boundHarmed,       // an update that did harm is the last one, until a user says otherwise
		boundProved,       // what an earlier version took for equal is sent once
		boundInSync,       // the usual case: no call, no write
		boundOnlyReported, // shown, not touched
		boundHalted,       // nothing is written while writing is stopped
		boundMasked,       // no mask is stored in place of a value
		boundCorrected,    // a fresh GET, then every field that is due
		boundLeft,         // a field that is held back blocks only itself
	),
}

// Next answers what to do next about one Reseller. It changes nothing, and
// always answers: the last rule of each phase leaves no state open.
func Next(s *State) Step {
	step, _ := Decide(s)
	return step
}

// Decide is Next, and the name of the rule that decided. What the rule says passes, in
// this order, what forbids a write, the account's pause, and the time of calls; and
// what status says that has ended is corrected before a call; the identity that an update
// changes is written down before it.
func Decide(s *State) (Step, string) {
	for _, r := range rules[PhaseOf(s)] {
		if step := r.decide(s); step != nil {
			return annotated(s, spoken(s, foretold(s, freshened(s, paced(s, quietAccount(s, permitted(s, postsAgain(s, step)))))))), r.name
		}
	}
	return Rest{Reason: undecided, Message: "no rule covers this state; please report it"}, ""
}

// postsAgain is the next intent in place of the end of one that is proven to have made
// nothing, where the rules for a first one let it be written now: one write for both.
func postsAgain(s *State, step Step) Step {
	end, ends := step.(ClearIntent)
	if !ends || !end.Proven {
		return step
	}
	next := *s
	next.Record.Creation, next.Outcome = nil, Outcome{}
	if next.Sought() != s.Sought() {
		return step // what was read is about another identity
	}
	if intent, ok := Next(&next).(RecordIntent); ok {
		intent.Unfound = end.Unfound
		return intent
	}
	return step
}
