package plan

import "github.com/reseller-operator/reseller-operator/internal/broker"

// What a step says of itself. Each embeds one of these, so that no switch elsewhere has
// to know it.
type (
	local      struct{} // changes the object at most
	asking     struct{} // reads at the seller API
	announcing struct{} // writes down what is about to be sent
	sending    struct{} // writes to the account
)

func (local) Calls() bool  { return false }
func (local) Writes() bool { return false }
func (local) Call() Call   { return NoCall }

func (asking) Calls() bool  { return true }
func (asking) Writes() bool { return false }

func (announcing) Calls() bool  { return false }
func (announcing) Writes() bool { return true }

func (sending) Calls() bool  { return true }
func (sending) Writes() bool { return true }

// Call implements Step.
func (Look) Call() Call { return CallLook }

// Call implements Step.
func (AskServices) Call() Call { return CallServices }

// Call implements Step.
func (RecordIntent) Call() Call { return CallCreate }

// Call implements Step.
func (Create) Call() Call { return CallCreate }

// Call implements Step.
func (Update) Call() Call { return CallUpdate }

// Call implements Step.
func (RecordDeletion) Call() Call { return CallDelete }

// Call implements Step.
func (Delete) Call() Call { return CallDelete }

// subject is what is asked for, or sent.
func (l Look) subject(*State) string          { return string(l.ID.Key()) }
func (a AskServices) subject(s *State) string { return s.servicesOf(a.ID) }
func (u Update) subject(*State) string        { return digest(valuesOf(&u.Want)...) }

// servicesOf is the question for a broker's services, and what its answer is wanted for.
func (s *State) servicesOf(id broker.ID) string {
	return digest(string(id.Key()), s.Desired.ForceDelete)
}

// The steps, and nothing else.
func (AddFinalizer) step()   {}
func (RecordIntent) step()   {}
func (Create) step()         {}
func (RecordBroker) step()   {}
func (MarkCommitted) step()  {}
func (MarkRefused) step()    {}
func (ClearIntent) step()    {}
func (RecordIdentity) step() {}
func (Bind) step()           {}
func (Forget) step()         {}
func (Update) step()         {}
func (Accept) step()         {}
func (RecordDeletion) step() {}
func (ClearDeletion) step()  {}
func (Delete) step()         {}
func (Look) step()           {}
func (AskServices) step()    {}
func (Show) step()           {}
func (Annotate) step()       {}
func (Release) step()        {}
func (Rest) step()           {}
