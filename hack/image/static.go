package main

import (
	"bytes"
	"debug/elf"
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// machines are the architectures that images are made for.
var machines = map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}

// checkStatic refuses a binary that an image without libraries can't run.
func checkStatic(binary []byte, platform v1.Platform) error {
	machine, known := machines[platform.Architecture]
	if !known || platform.OS != "linux" {
		return fmt.Errorf("no image is made for %s", platform)
	}
	program, err := elf.NewFile(bytes.NewReader(binary))
	if err != nil {
		return err
	}
	if program.Machine != machine {
		return fmt.Errorf("it is for %s", program.Machine)
	}
	for _, segment := range program.Progs {
		if segment.Type == elf.PT_INTERP {
			return fmt.Errorf("it needs a dynamic linker: build it with CGO_ENABLED=0")
		}
	}
	return nil
}
