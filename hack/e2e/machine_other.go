//go:build !linux

package main

import (
	"context"
	"errors"
)

func missingRights() []string { return []string{"Linux"} }

var errNoLinux = errors.New("a node needs Linux")

func machine(context.Context) error             { return errNoLinux }
func initProcess(context.Context, string) error { return errNoLinux }
