package alerts

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/storage"
)

// recorded is what a manager served while `make demo KEEP=1` ran, one sample in five seconds,
// as the test of a rule is written. Moments count from its beginning.
const (
	recorded = "testdata/demo.txt"
	every    = 5 * time.Second
)

// The pictures of the pages: no Grafana draws them. Places, titles, units, names of lines and
// queries are those of the dashboards; the answers are those of Prometheus' engine.
const (
	column, row1    = 40, 34 // pixels of a place of the grid
	top             = 30     // above the first panel
	padding, legend = 10, 14
)

var palette = []string{"#7eb26d", "#eab839", "#6ed0e0", "#ef843c", "#e24d42", "#1f78c1", "#ba43a9", "#705da0", "#508642", "#cca300"}

// TestPictures holds that the pictures of the pages show what the dashboards would, of the
// data that was recorded; PICTURES_UPDATE=1 draws them again.
func TestPictures(t *testing.T) {
	text, err := os.ReadFile(recorded)
	if err != nil {
		t.Fatal(err)
	}
	stored := promqltest.LoadedStorage(t, "load 5s\n"+string(text))
	defer func() { _ = stored.Close() }()
	samples := len(strings.Fields(strings.Split(string(text), "\n")[0]))
	end := time.Unix(0, 0).Add(time.Duration(samples-2) * every) // beside the name, and from 0
	for file, d := range dashboards(t) {
		p := &picture{t: t, stored: stored, engine: promqltest.NewTestEngine(t, false, time.Minute, 1_000_000), end: end}
		drawn := p.draw(&d)
		path := "../../docs/dashboard-" + strings.TrimSuffix(file, ".json") + ".svg"
		if shown, err := os.ReadFile(path); err == nil && bytes.Equal(shown, drawn) {
			continue
		}
		if os.Getenv("PICTURES_UPDATE") == "" {
			t.Errorf("%s is not what %s shows: draw it again with PICTURES_UPDATE=1, and look at it", path, file)
			continue
		}
		if err := os.WriteFile(path, drawn, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// picture is one that is being drawn.
type picture struct {
	t      *testing.T
	stored storage.Queryable
	engine *promql.Engine
	end    time.Time
	bytes.Buffer
}

func (p *picture) add(format string, args ...any) { _, _ = fmt.Fprintf(p, format+"\n", args...) }

func (p *picture) text(x, y, size int, fill, anchor, text string) {
	p.add(`<text x="%d" y="%d" font-size="%d" fill="%s" text-anchor="%s">%s</text>`, x, y, size, fill, anchor, html.EscapeString(text))
}

// draw draws a dashboard.
func (p *picture) draw(d *dashboard) []byte {
	height := 0
	for i := range d.Panels {
		height = max(height, d.Panels[i].GridPos.Y+d.Panels[i].GridPos.H)
	}
	p.add(`<svg xmlns="http://www.w3.org/2000/svg" width="%[1]d" height="%[2]d" viewBox="0 0 %[1]d %[2]d" font-family="sans-serif">`, 24*column, height*row1+top)
	p.add(`<rect width="100%%" height="100%%" fill="#f4f5f5"/>`)
	p.text(padding, 20, 15, "#222", "start", d.Title)
	for i := range d.Panels {
		panel := &d.Panels[i]
		x, y, w, h := panel.GridPos.X*column, panel.GridPos.Y*row1+top, panel.GridPos.W*column, panel.GridPos.H*row1
		p.add(`<rect x="%d" y="%d" width="%d" height="%d" fill="#fff" stroke="#dde"/>`, x+2, y+2, w-4, h-4)
		p.text(x+padding, y+20, 11, "#333", "start", panel.Title)
		if panel.Type == "stat" {
			p.stat(x, y, w, h, panel.Targets[0].Expr, &panel.FieldConfig.Defaults)
		} else {
			p.lines(x, y, w, h, panel.Targets, panel.FieldConfig.Defaults.Unit)
		}
	}
	p.add("</svg>")
	return p.Bytes()
}

// stat shows the number of now, in the colour of its threshold.
func (p *picture) stat(x, y, w, h int, expr string, shows *defaults) {
	all := p.asked(expr, p.end)
	if len(all) == 0 {
		p.text(x+w/2, y+h/2+15, 20, "#999", "middle", "no data")
		return
	}
	value, colour := all[0].Floats[len(all[0].Floats)-1].F, "#222"
	for _, step := range shows.Thresholds.Steps {
		if step.Value == nil || value >= *step.Value {
			colour = step.Color
		}
	}
	p.text(x+w/2, y+h/2+20, 34, colour, "middle", number(value, shows.Unit))
}

// asked are the answers of a query, from a moment on.
func (p *picture) asked(expr string, from time.Time) promql.Matrix {
	p.t.Helper()
	query := strings.NewReplacer("$__rate_interval", "1m", "$kind", "Seller", "$namespace", "default", "$seller", "main").Replace(expr)
	asked, err := p.engine.NewRangeQuery(context.Background(), p.stored, nil, query, from, p.end, every)
	if err != nil {
		p.t.Fatalf("%s: %v", query, err)
	}
	defer asked.Close()
	answer, err := asked.Exec(context.Background()).Matrix()
	if err != nil {
		p.t.Fatalf("%s: %v", query, err)
	}
	var all promql.Matrix
	for _, s := range answer { // the engine uses their memory again
		s.Floats = slices.DeleteFunc(slices.Clone(s.Floats), func(f promql.FPoint) bool { return math.IsNaN(f.F) })
		if len(s.Floats) > 0 {
			all = append(all, s)
		}
	}
	return all
}

// line is one of a panel.
type line struct {
	name   string
	points []promql.FPoint
}

// lines shows how numbers went.
func (p *picture) lines(x, y, w, h int, targets []target, unit string) {
	var all []line
	most := 0.0
	for _, asks := range targets {
		for _, s := range p.asked(asks.Expr, time.Unix(0, 0)) {
			all = append(all, line{named(asks.LegendFormat, s.Metric), s.Floats})
			for _, point := range s.Floats {
				most = max(most, point.F)
			}
		}
	}
	if most == 0 {
		most = 1
	}
	longest := 0
	for _, l := range all {
		longest = max(longest, len(l.name))
	}
	columns := min(3, max(1, 66/max(longest, 1))) // of the legend
	rows := (len(all) + columns - 1) / columns
	left, right, low, high := x+62, x+w-padding, y+h-padding-8-legend*max(rows, 1), y+34
	for _, part := range []float64{0, 0.5, 1} {
		at := low - int(part*float64(low-high))
		p.add(`<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="#e8e8ee"/>`, left, at, right, at)
		p.text(left-6, at+4, 10, "#666", "end", number(part*most, unit))
	}
	if len(all) == 0 {
		p.text((left+right)/2, (low+high)/2+4, 12, "#999", "middle", "no data")
	}
	for i, l := range all {
		colour := palette[i%len(palette)]
		var path []string
		for _, point := range l.points {
			part := float64(point.T) / float64(p.end.UnixMilli())
			path = append(path, fmt.Sprintf("%.1f,%.1f", float64(left)+part*float64(right-left), float64(low)-point.F/most*float64(low-high)))
		}
		p.add(`<polyline points="%s" fill="none" stroke="%s" stroke-width="1.5"/>`, strings.Join(path, " "), colour)
		at, under := left+i%columns*(right-left)/columns, low+padding+legend*(i/columns+1)
		p.add(`<rect x="%d" y="%d" width="9" height="3" fill="%s"/>`, at, under-5, colour)
		p.text(at+13, under, 10, "#444", "start", l.name)
	}
}

var placeholder = regexp.MustCompile(`\{\{\s*(\w+)\s*\}\}`)

// named is a legend with the labels of a line.
func named(format string, of labels.Labels) string {
	return placeholder.ReplaceAllStringFunc(format, func(label string) string { return of.Get(placeholder.FindStringSubmatch(label)[1]) })
}

// number is a value with its unit, short.
func number(value float64, unit string) string {
	text := strconv.FormatFloat(value, 'g', 3, 64)
	switch unit {
	case "s":
		return text + " s"
	case "reqps":
		return text + "/s"
	default:
		return text
	}
}
