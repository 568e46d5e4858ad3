package night_test

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	eventsv1 "k8s.io/api/events/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// mark is a moment: what is told after it is new.
type mark struct {
	events map[string]int32
	logs   map[*manager]int
	counts map[string]float64
	leader *manager // whose counts these are
}

func (s *scene) mark() mark {
	s.t.Helper()
	m := mark{events: map[string]int32{}, logs: map[*manager]int{}, counts: s.counted(), leader: s.leader()}
	for _, e := range s.allEvents() {
		m.events[e.Name] = times(&e)
	}
	for _, process := range s.all() {
		m.logs[process] = len(process.log.String())
	}
	return m
}

// heading is what the night is about, and whose commands are run meanwhile.
func (s *scene) heading() string {
	return s.says + "\n\n== runbooks that were tried\n" + strings.Join(s.pages, "\n") + "\n\n"
}

// ending is what ends it.
func (s *scene) ending() string {
	if s.ends == "" {
		return endBegins + " automatically\n"
	}
	return endBegins + ", by docs/runbooks/" + s.pages[0] + ".md\n" + s.command(s.pages[0], s.ends) + "\n"
}

// faces are what is told since a moment, but for metrics.
func (s *scene) faces(since mark) string {
	var b strings.Builder
	for _, face := range []struct{ name, text string }{
		{"kubectl get sellers,resellers", s.table()}, {"Ready says", s.messages()}, {"events", s.events(since)}, {"log", s.log(since)},
	} {
		fmt.Fprintf(&b, "== %s\n%s\n", face.name, cmp.Or(face.text, "nothing\n"))
	}
	return b.String()
}

// table is what kubectl shows of the scene.
func (s *scene) table() string {
	out, err := s.shell("kubectl get sellers,resellers --namespace " + s.name)
	if err != nil {
		return out
	}
	var b strings.Builder
	to := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	var head string
	for row := range strings.Lines(out) {
		row = strings.TrimRight(row, "\n")
		if strings.HasPrefix(row, "NAME") {
			head = row
		}
		if row == "" { // the columns of the next table are others
			_ = to.Flush()
		}
		_, _ = fmt.Fprintln(to, s.plain(strings.Join(cells(head, row), "\t")))
	}
	_ = to.Flush()
	return trailing.ReplaceAllString(b.String(), "\n")
}

var (
	trailing = regexp.MustCompile(` +\n`)
	column   = regexp.MustCompile(`\S+ *`)
	age      = regexp.MustCompile(`^(\d+[smhd])+$`)
)

// cells are those of a row of kubectl, which begin where the names of the columns do. Ages
// are masked.
func cells(head, row string) []string {
	var all []string
	for _, at := range column.FindAllStringIndex(head, -1) {
		cell := ""
		if at[0] < len(row) {
			cell = strings.TrimSpace(row[at[0]:min(at[1], len(row))])
		}
		if at[1] == len(head) && at[0] < len(row) {
			cell = strings.TrimSpace(row[at[0]:])
		}
		all = append(all, age.ReplaceAllString(cell, "<age>"))
	}
	return all
}

// messages are what Ready says of each object, line by line.
func (s *scene) messages() string {
	var b strings.Builder
	for _, object := range s.objects() {
		conditions, _, _, err := s.conditions(object)
		if ready := meta.FindStatusCondition(conditions, v1alpha1.ConditionReady); err == nil && ready != nil {
			fmt.Fprintf(&b, "%s: %s\n", object, strings.ReplaceAll(ready.Message, "\n", "\n  "))
		}
	}
	return s.plain(b.String())
}

// objects are the Seller and the Resellers of the scene.
func (s *scene) objects() []string {
	all, list := []string{"seller/main"}, &v1alpha1.ResellerList{}
	if s.List(s.t.Context(), list, client.InNamespace(s.name)) == nil {
		for i := range list.Items {
			all = append(all, "reseller/"+list.Items[i].Name)
		}
	}
	return all
}

func times(e *eventsv1.Event) int32 {
	if e.Series == nil {
		return 1
	}
	return e.Series.Count
}

// allEvents are those of the scene, and those of the lease where the night is about it.
func (s *scene) allEvents() []eventsv1.Event {
	var all []eventsv1.Event
	namespaces := []string{s.name}
	if s.lease {
		namespaces = append(namespaces, operatorNamespace)
	}
	for _, namespace := range namespaces {
		list := &eventsv1.EventList{}
		if s.List(s.t.Context(), list, client.InNamespace(namespace)) == nil {
			all = append(all, list.Items...)
		}
	}
	return all
}

// events are those since a moment, by time, each once.
func (s *scene) events(since mark) string {
	all := slices.DeleteFunc(s.allEvents(), func(e eventsv1.Event) bool { return times(&e) == since.events[e.Name] })
	slices.SortFunc(all, func(a, b eventsv1.Event) int {
		return cmp.Or(cmp.Compare(b.Regarding.Kind, a.Regarding.Kind), cmp.Compare(a.Regarding.Name, b.Regarding.Name), a.EventTime.Compare(b.EventTime.Time))
	})
	var lines []string
	for _, e := range all {
		lines = append(lines, fmt.Sprintf("%s %s %s/%s: %s", e.Type, e.Reason, strings.ToLower(e.Regarding.Kind), e.Regarding.Name, e.Note))
	}
	return s.plain(once(lines))
}

// once is a text of lines without those that repeat the one before.
func once(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(slices.Compact(lines), "\n") + "\n"
}

// ofControllerRuntime are keys of a line that say what others say, too.
var ofControllerRuntime = []string{"ts", "level", "logger", "caller", "stacktrace", "msg", "controller", "controllerGroup", "controllerKind",
	"namespace", "name", "reconcileID", "Reseller", "Seller"}

// log is what the operator logged about the scene since a moment, an object after the
// other, and of the lease.
func (s *scene) log(since mark) string {
	of := map[string][]string{}
	for _, m := range s.all() {
		for _, l := range m.lines(since.logs[m]) {
			text, object := fmt.Sprint(l["msg"]), ""
			switch {
			case l["level"] != "info" && l["level"] != "error":
				continue // more than the one on call has asked for
			case l["namespace"] == s.name:
				object = fmt.Sprint(l["controller"]) + "/" + fmt.Sprint(l["name"])
			case !s.lease || !strings.Contains(text, "uccessfully acquired lease"):
				continue
			}
			of[object] = append(of[object], strings.TrimSpace(fmt.Sprintf("%s %s %s%s", l["level"], object, text, keys(l))))
		}
	}
	var all []string
	for _, object := range slices.Sorted(maps.Keys(of)) {
		all = append(all, slices.Compact(of[object])...)
	}
	return s.plain(once(all))
}

// keys are those of a line with their values, sorted; times are masked.
func keys(l line) string {
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(l)) {
		if slices.Contains(ofControllerRuntime, key) {
			continue
		}
		value := fmt.Sprint(l[key])
		switch {
		case key == "milliseconds":
			value = "<ms>"
		case key == "attempt" && value != "":
			value = "<attempt>"
		}
		if value == "" || value == "<nil>" || value == "[]" {
			continue
		}
		fmt.Fprintf(&b, " %s=%s", key, value)
	}
	return b.String()
}

var (
	moments   = regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(Z|\+00:00)?`)
	clockTime = regexp.MustCompile(`\d\d:\d\d( UTC|:\d\d)?`)
	addresses = regexp.MustCompile(`127\.0\.0\.1:\d+`)
	holders   = regexp.MustCompile(`\S+_[0-9a-f]{8}-[0-9a-f-]{27}`)
	guids     = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
)

// plain is a text without what differs from run to run.
func (s *scene) plain(text string) string {
	for _, r := range s.api.Brokers() {
		text = strings.ReplaceAll(text, r.ID, "<broker of "+strings.TrimPrefix(r.Broker.Name, "Company ")+">")
	}
	for _, x := range []struct {
		found *regexp.Regexp
		mask  string
	}{{addresses, "<address>"}, {holders, "<manager>"}, {moments, "<time>"}, {clockTime, "<time>"}, {guids, "<id>"}} {
		text = x.found.ReplaceAllString(text, x.mask)
	}
	return text
}

var (
	// dependsOnTheMoment are metrics that differ from one look to the next.
	dependsOnTheMoment = regexp.MustCompile(`_seconds_(bucket|sum|count)|^reseller_operator_(oldest_pass|build_info|waiting_calls|brokers_created|brokers_deleted)`)
	sample             = regexp.MustCompile(`(?m)^(reseller_operator_\S+(?: \S+=\S+)*) (\S+)$`)
)

// counted are the operator's metrics of the scene, by name and labels, as the one that
// works serves them.
func (s *scene) counted() map[string]float64 {
	found := map[string]float64{}
	leader := s.leader()
	if leader == nil {
		return found
	}
	for _, match := range sample.FindAllStringSubmatch(leader.scrape(), -1) {
		if strings.Contains(match[1], "seller_namespace=") && !strings.Contains(match[1], `seller_namespace="`+s.name+`"`) {
			continue
		}
		if value, err := strconv.ParseFloat(match[2], 64); err == nil && !dependsOnTheMoment.MatchString(match[1]) {
			found[match[1]] = value
		}
	}
	return found
}

// series are the metrics of the scene as the engine of Prometheus would have them after
// four hours like this moment: gauges stay, and what has grown since a moment grows.
func (s *scene) series(since mark) string {
	var b strings.Builder
	b.WriteString("== metrics\n")
	now, before := s.counted(), since.counts
	if s.leader() != since.leader {
		before = nil // another process counts from 0
	}
	for _, name := range slices.Sorted(maps.Keys(now)) {
		grows, value := now[name] > before[name], now[name]
		switch {
		case strings.HasPrefix(name, "reseller_operator_last_sync_timestamp_seconds"):
			fmt.Fprintf(&b, "%s %s\n", name, map[bool]string{true: "0+60x240", false: "0x240"}[grows])
		case strings.Contains(name, "_until_timestamp_"):
			continue
		case strings.Contains(name, "_total"):
			if grows {
				fmt.Fprintf(&b, "%s 0+1x240\n", name)
			}
		case value != 0 || strings.HasPrefix(name, "reseller_operator_seller_ready"):
			fmt.Fprintf(&b, "%s %gx240\n", name, value)
		}
	}
	if b.Len() == len("== metrics\n") {
		b.WriteString("none\n")
	}
	return b.String() + "\n"
}
