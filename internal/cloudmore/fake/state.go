package fake

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// stateFile is what outlives the process: the brokers. Tokens, faults and the
// history do not.
type stateFile struct {
	Brokers []Record `json:"brokers"`
}

// load reads the state file, if there is one.
func (s *Server) load() error {
	if s.options.StateFile == "" {
		return nil
	}
	data, err := os.ReadFile(s.options.StateFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the state: %w", err)
	}
	var state stateFile
	if err := json.Unmarshal(data, &state); err != nil {
		return fmt.Errorf("read the state from %s: %w", s.options.StateFile, err)
	}
	s.restore(state.Brokers)
	return nil
}

func (s *Server) restore(records []Record) {
	for _, kept := range records {
		r := &record{id: kept.ID, foreign: kept.Foreign, services: kept.ServicesActivated, unlisted: kept.Unlisted, unreadable: kept.Unreadable, entry: kept.Entry,
			versions: []version{{at: kept.CreatedAt, state: StateLive, broker: kept.Broker}}}
		if kept.State != StateLive || kept.ChangedAt.After(kept.CreatedAt) {
			r.add(version{at: kept.ChangedAt, state: kept.State, broker: kept.Broker})
		}
		if !kept.EndsAt.IsZero() {
			s.remove(r, r.versions[len(r.versions)-1], kept.EndsAt)
		}
		s.store.insert(r)
	}
}

// save writes the state beside the file and puts it in place by a rename, so
// that a reader never sees half of it. A failure is also kept for Close.
func (s *Server) save() error {
	if s.options.StateFile == "" {
		return nil
	}
	err := writeAtomically(s.options.StateFile, stateFile{Brokers: s.records()})
	if err != nil {
		s.saveFail = fmt.Errorf("keep the state: %w", err)
		return s.saveFail
	}
	return nil
}

func writeAtomically(path string, value any) error {
	data, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temporary.Name()) }() // gone already if all went well
	_, err = temporary.Write(data)
	if err := errors.Join(err, temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}
