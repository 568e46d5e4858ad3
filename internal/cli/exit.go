package cli

import (
	"errors"
	"fmt"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// Code is what a command exits with.
type Code int

// The codes, as every command has them unless its help says otherwise.
const (
	Done     Code = 0
	Failed   Code = 1
	YourTurn Code = 3
	Waiting  Code = 4
)

// outcome ends a command that did what it should with a code of its own.
type outcome Code

// Error implements error; nobody prints it.
func (o outcome) Error() string { return fmt.Sprintf("exit code %d", int(o)) }

// failure is an error that exits with a code of its own.
type failure struct {
	error
	code Code
}

// codeOf is what an error exits with.
func codeOf(err error) Code {
	var o outcome
	switch {
	case err == nil:
		return Done
	case errors.As(err, &o):
		return Code(o)
	}
	return Failed
}

// outcomeOf is nil where nobody has to act.
func outcomeOf(turn v1alpha1.Turn) error {
	switch turn {
	case v1alpha1.TurnYou:
		return outcome(YourTurn)
	case v1alpha1.TurnOperator, v1alpha1.TurnCloudmore:
		return outcome(Waiting)
	case v1alpha1.TurnNobody:
	}
	return nil
}

// isOutcome says that a command did what it should.
func isOutcome(err error) bool { return errors.As(err, new(outcome)) }

// exitOf is what a whole command exits with, and whether there is an error to tell.
func exitOf(err error) (code Code, tell bool) {
	var f failure
	if errors.As(err, &f) {
		return f.code, true
	}
	return codeOf(err), err != nil && !isOutcome(err)
}
