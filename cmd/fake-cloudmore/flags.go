package main

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/pflag"
	"sigs.k8s.io/yaml"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// config is what the command line says.
type config struct {
	listen, tlsCert, tlsKey            string
	settingsFile, faultsFile, seeds    string
	quiet, version                     bool
	username, password                 string
	options                            fake.Options
	viewOnlyUsername, viewOnlyPassword string
}

func (c config) secure() bool { return c.tlsCert != "" }

// section is a group of flags under a heading of the help.
type section struct {
	title string
	flags *pflag.FlagSet
}

// parse reads the flags. The file of --settings is read first and what the
// command line says wins, so the flags are parsed twice.
func parse(args []string, out io.Writer) (config, error) {
	first, err := parseOver(fake.Shapes{}, args, out)
	if err != nil || first.settingsFile == "" {
		return first, err
	}
	var shapes fake.Shapes
	if err := readFile(first.settingsFile, &shapes); err != nil {
		return config{}, err
	}
	return parseOver(shapes, args, out)
}

func parseOver(shapes fake.Shapes, args []string, out io.Writer) (config, error) {
	shapes, err := shapes.Complete()
	if err != nil {
		return config{}, err
	}
	c := config{options: fake.Options{Shapes: shapes}}
	all := pflag.NewFlagSet("fake-cloudmore", pflag.ContinueOnError)
	sections := append([]section{serverFlags(&c), accountFlags(&c)}, settingFlags(&c.options.Shapes)...)
	for _, s := range sections {
		s.flags.SortFlags = false // the order below is the order of the help
		all.AddFlagSet(s.flags)
	}
	all.SetOutput(out)
	all.Usage = func() { usage(out, sections) }
	if err := all.Parse(args); err != nil {
		return config{}, err
	}
	if all.NArg() > 0 {
		return config{}, fmt.Errorf("unexpected argument %q; see --help", all.Arg(0))
	}
	if (c.tlsCert == "") != (c.tlsKey == "") {
		return config{}, fmt.Errorf("--tls-cert and --tls-key go together")
	}
	return c, nil
}

func serverFlags(c *config) section {
	flags := pflag.NewFlagSet("server", pflag.ContinueOnError)
	flags.StringVar(&c.listen, "listen", "127.0.0.1:8080", "The `address` to serve on; port 0 takes a free one and prints it.")
	flags.StringVar(&c.tlsCert, "tls-cert", "", "Serve https with the certificate in this `file`; needs --tls-key.")
	flags.StringVar(&c.tlsKey, "tls-key", "", "The `file` with the private key of --tls-cert.")
	flags.BoolVar(&c.options.Admin, "admin", false, "Serve the endpoints under /_fake/ that show the history and change brokers, settings and faults, without credentials.")
	flags.StringVar(&c.options.StateFile, "state-file", "", "Keep the brokers in this `file`, so that they outlive the process.")
	flags.StringVar(&c.seeds, "seed-file", "", "A YAML or JSON `file` with a list of brokers to begin with; ignored when the state file holds any.")
	flags.StringVar(&c.settingsFile, "settings", "", "A YAML or JSON `file` with the settings below, by their names in camel case; flags win over it.")
	flags.StringVar(&c.faultsFile, "faults", "", "A YAML or JSON `file` with a list of faults to begin with; docs/fake-cloudmore.md explains them.")
	flags.Uint64Var(&c.options.Seed, "random-seed", 0, "The same `number` gives the same ids and the same chances of faults; 0 takes another one each time.")
	flags.BoolVar(&c.quiet, "quiet", false, "Do not log requests.")
	flags.BoolVar(&c.version, "version", false, "Print the version and exit.")
	return section{"Server", flags}
}

func accountFlags(c *config) section {
	flags := pflag.NewFlagSet("account", pflag.ContinueOnError)
	flags.StringVar(&c.options.SellerID, "seller-id", fake.DefaultSellerID, "The seller `id` in the paths of the API.")
	flags.StringVar(&c.username, "username", fake.DefaultUsername, "The `name` of the API user who may write.")
	flags.StringVar(&c.password, "password", fake.DefaultPassword, "The `password` of --username.")
	flags.StringVar(&c.viewOnlyUsername, "view-only-username", "", "The `name` of a second API user, whose writes are refused with 403.")
	flags.StringVar(&c.viewOnlyPassword, "view-only-password", fake.DefaultPassword, "The `password` of --view-only-username.")
	flags.StringVar(&c.options.ClientID, "client-id", fake.DefaultClientID, "The OAuth client `id` that a login sends.")
	flags.StringVar(&c.options.ClientSecret, "client-secret", fake.DefaultClientSecret, "The `secret` of --client-id, which Cloudmore calls the API secret.")
	return section{"Account", flags}
}

// settingFlags makes a flag of every setting.
func settingFlags(shapes *fake.Shapes) []section {
	var sections []section
	for _, setting := range fake.Settings(shapes) {
		if len(sections) == 0 || sections[len(sections)-1].title != setting.Group {
			sections = append(sections, section{setting.Group, pflag.NewFlagSet(setting.Group, pflag.ContinueOnError)})
		}
		addFlag(sections[len(sections)-1].flags, setting)
	}
	return sections
}

func addFlag(flags *pflag.FlagSet, setting fake.Setting) {
	name, help := kebab(setting.Name), setting.Help
	if len(setting.Choices) > 0 {
		help += " One of " + strings.Join(setting.Choices, ", ") + "."
	}
	switch value := setting.Value.(type) {
	case *string:
		flags.StringVar(value, name, *value, help)
	case *bool:
		flags.BoolVar(value, name, *value, help)
	case *int:
		flags.IntVar(value, name, *value, help)
	case *float64:
		flags.Float64Var(value, name, *value, help)
	case *[]string:
		flags.StringSliceVar(value, name, *value, help)
	case *time.Duration:
		flags.DurationVar(value, name, *value, help)
	}
}

// kebab is createAnswer as create-answer.
func kebab(name string) string {
	var flag strings.Builder
	for _, letter := range name {
		if unicode.IsUpper(letter) {
			flag.WriteByte('-')
		}
		flag.WriteRune(unicode.ToLower(letter))
	}
	return flag.String()
}

// server is the configured server with its first brokers and faults.
func (c config) server() (*fake.Server, error) {
	if c.options.Seed == 0 {
		c.options.Seed = anySeed()
	}
	c.options.Users = []fake.User{{Username: c.username, Password: c.password}}
	if c.viewOnlyUsername != "" {
		c.options.Users = append(c.options.Users, fake.User{Username: c.viewOnlyUsername, Password: c.viewOnlyPassword, Access: fake.AccessRead})
	}
	server, err := fake.New(c.options)
	if err != nil {
		return nil, err
	}
	var seeds []fake.Record
	if err := readFile(c.seeds, &seeds); err != nil {
		return nil, err
	}
	if len(server.Brokers()) == 0 {
		for _, seed := range seeds {
			server.Seed(seed)
		}
	}
	var faults []fake.Fault
	if err := readFile(c.faultsFile, &faults); err != nil {
		return nil, err
	}
	return server, server.Inject(faults...)
}

// anySeed differs from run to run: a server that begins empty must not give
// out the ids of the one before it.
func anySeed() uint64 {
	var seed [8]byte
	_, _ = rand.Read(seed[:]) // never fails
	return binary.LittleEndian.Uint64(seed[:])
}

// readFile reads YAML or JSON; no path leaves into as it is.
func readFile(path string, into any) error {
	if path == "" {
		return nil
	}
	data, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return err
	}
	if err := yaml.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
