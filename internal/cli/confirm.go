package cli

import (
	"bufio"
	"errors"
	"strings"

	"github.com/spf13/cobra"
)

// confirmation is the flag of commands that ask first.
type confirmation struct{ yes bool }

func (c *confirmation) add(cmd *cobra.Command) {
	cmd.Flags().BoolVarP(&c.yes, "yes", "y", false, "Do not ask.")
}

// confirm asks on ErrOut and reads the answer. It is an error unless that is yes.
func (a *access) confirm(c *confirmation, question string) error {
	if c.yes {
		return nil
	}
	a.note("%s [y/N]", question)
	answer, _ := bufio.NewReader(a.In).ReadString('\n')
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return nil
	case "":
		return errors.New("nothing was done: answer y, or say --yes")
	}
	return errors.New("nothing was done")
}
