package cli

import (
	"fmt"
	"strings"

	"github.com/google/cel-go/cel"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// choice selects brokers by an expression; nil selects all.
type choice struct{ program cel.Program }

// newChoice compiles an expression of CEL over "broker".
func newChoice(expression string) (*choice, error) {
	if expression == "" {
		return nil, nil
	}
	env, err := cel.NewEnv(cel.Variable("broker", cel.MapType(cel.StringType, cel.DynType)))
	if err != nil {
		return nil, err
	}
	ast, issues := env.Compile(expression)
	if issues.Err() != nil {
		return nil, fmt.Errorf("--select: %w", issues.Err())
	}
	if ast.OutputType() != cel.BoolType && ast.OutputType() != cel.DynType {
		return nil, fmt.Errorf("--select must say true or false of a broker, as in broker.address.countryCode == 'EE'")
	}
	program, err := env.Program(ast)
	return &choice{program}, err
}

// of says whether a broker, read in full, is selected.
func (c *choice) of(b *broker.Broker) (bool, error) {
	if c == nil {
		return true, nil
	}
	out, _, err := c.program.Eval(map[string]any{"broker": fieldsOf(b)})
	if err != nil {
		return false, fmt.Errorf("--select: broker %s: %w", b.ID, err)
	}
	is, ok := out.Value().(bool)
	if !ok {
		return false, fmt.Errorf("--select must say true or false of a broker, not %v", out.Value())
	}
	return is, nil
}

// fieldsOf are all fields by name, those that are not there empty.
func fieldsOf(b *broker.Broker) map[string]any {
	all := map[string]any{"id": string(b.ID)}
	for i := range broker.Fields {
		f := &broker.Fields[i]
		value, _ := f.Get(b)
		group, name, nested := strings.Cut(f.API, ".")
		to := all
		if nested {
			if all[group] == nil {
				all[group] = map[string]any{}
			}
			to = all[group].(map[string]any)
		} else {
			name = group
		}
		to[name] = value
		if f.Boolean() {
			to[name] = value == "true"
		}
	}
	properties := map[string]any{}
	for _, p := range b.CustomProperties {
		properties[p.ID] = p.Value
	}
	all["customProperties"] = properties
	return all
}
