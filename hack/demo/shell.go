package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

// patience is how long a step waits at most for what it shows.
const patience = 3 * time.Minute

// kubectl shows a command as a user would type it, and its output. A failing
// command is no error here: what it says may be what is shown.
func (d *demo) kubectl(ctx context.Context, args ...string) string {
	fmt.Println("\n  $ kubectl " + typed(args))
	out, _ := d.quietly(ctx, nil, args...)
	for line := range strings.Lines(strings.TrimRight(out, "\n")) {
		fmt.Println("  " + strings.TrimRight(line, "\n"))
	}
	return out
}

// typed quotes what a shell would split.
func typed(args []string) string {
	words := make([]string, len(args))
	for i, arg := range args {
		words[i] = arg
		if strings.ContainsAny(arg, " {}\"*[]?|;<>") {
			words[i] = "'" + arg + "'"
		}
	}
	return strings.Join(words, " ")
}

// quietly runs kubectl without showing it.
func (d *demo) quietly(ctx context.Context, stdin io.Reader, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, d.plane.Kubectl, args...)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+d.plane.Kubeconfig)
	cmd.Stdin = stdin
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// apply applies a manifest of config/samples, with what is replaced in it; the
// step says that and why.
func (d *demo) apply(ctx context.Context, sample string, replace ...string) error {
	content, err := os.ReadFile("config/samples/" + sample)
	if err != nil {
		return err
	}
	text := strings.NewReplacer(replace...).Replace(string(content))
	fmt.Println("\n  $ kubectl apply -f config/samples/" + sample)
	out, err := d.quietly(ctx, strings.NewReader(text), "apply", "-f", "-")
	fmt.Println("  " + strings.TrimSpace(out))
	return err
}

// field reads one field of an object.
func (d *demo) field(ctx context.Context, object, path string) string {
	out, err := d.quietly(ctx, nil, "get", object, "-o", "jsonpath={"+path+"}")
	if err != nil {
		return ""
	}
	return out
}

// until waits until a field has a value.
func (d *demo) until(ctx context.Context, object, path, want string) error {
	have := ""
	err := d.await(ctx, func() bool {
		have = d.field(ctx, object, path)
		return have == want
	})
	if err != nil {
		return fmt.Errorf("%s of %s is %q, not %q, after %s", path, object, have, want, patience)
	}
	return nil
}

// ready waits until Ready has a reason.
func (d *demo) ready(ctx context.Context, name, reason string) error {
	return d.until(ctx, "reseller/"+name, `.status.conditions[?(@.type=="Ready")].reason`, reason)
}

// await waits for a condition.
func (d *demo) await(ctx context.Context, holds func() bool) error {
	return wait.PollUntilContextTimeout(ctx, 200*time.Millisecond, patience, true, func(context.Context) (bool, error) {
		return holds(), nil
	})
}

// account calls the fake's administration: it is how somebody else changes things.
func (d *demo) account(ctx context.Context, method, path string, body any, answer any) error {
	var content bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&content).Encode(body); err != nil {
			return err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, d.api+"/_fake/"+path, &content)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s %s: %s: %s", method, path, response.Status, read)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(read, answer)
}

// record is a broker as the account has it.
type record struct {
	ID     string `json:"id"`
	State  string `json:"state"`
	Broker struct {
		Name, Domain, SupportEmail string
		Contact                    struct{ Phone string }
	} `json:"broker"`
}

// brokers are the live brokers of the account with a domain; "" for all.
func (d *demo) brokers(ctx context.Context, domain string) ([]record, error) {
	var all []record
	if err := d.account(ctx, http.MethodGet, "brokers", nil, &all); err != nil {
		return nil, err
	}
	var live []record
	for _, b := range all {
		if b.State == "live" && (domain == "" || b.Broker.Domain == domain) {
			live = append(live, b)
		}
	}
	return live, nil
}
