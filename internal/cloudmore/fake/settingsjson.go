package fake

import (
	"encoding/json"
	"fmt"
	"time"
)

// MarshalJSON writes every setting by its name, durations as "30s".
func (s Shapes) MarshalJSON() ([]byte, error) {
	fields := map[string]any{}
	for _, setting := range Settings(&s) {
		if d, ok := setting.Value.(*time.Duration); ok {
			fields[setting.Name] = d.String()
			continue
		}
		fields[setting.Name] = setting.Value
	}
	return json.Marshal(fields)
}

// UnmarshalJSON changes the settings that data names and no other; an unknown
// name is an error.
func (s *Shapes) UnmarshalJSON(data []byte) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return err
	}
	for _, setting := range Settings(s) {
		raw, given := fields[setting.Name]
		delete(fields, setting.Name)
		if !given {
			continue
		}
		if err := setting.decode(raw); err != nil {
			return fmt.Errorf("setting %s: %w", setting.Name, err)
		}
	}
	for name := range fields {
		return fmt.Errorf("setting %s: unknown", name)
	}
	return nil
}

func (s Setting) decode(raw json.RawMessage) error {
	switch value := s.Value.(type) {
	case *time.Duration:
		return json.Unmarshal(raw, (*duration)(value))
	case *[]string:
		*value = nil // a list is replaced; json would append to the old array
	}
	return json.Unmarshal(raw, s.Value)
}

// duration is a time.Duration that JSON writes as "30s" and reads so, too.
type duration time.Duration

// MarshalJSON writes the duration as Go prints it.
func (d duration) MarshalJSON() ([]byte, error) { return json.Marshal(time.Duration(d).String()) }

// UnmarshalJSON reads "1m30s".
func (d *duration) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf("a duration is a string such as \"30s\": %w", err)
	}
	parsed, err := time.ParseDuration(text)
	*d = duration(parsed)
	return err
}
