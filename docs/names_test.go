package docs_test

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// tracked are the files of the repository, as paths from its root.
func tracked(t *testing.T) []string {
	t.Helper()
	list := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard")
	list.Dir = ".."
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(out))
}

// fromRoot is the path of a page from the repository's root.
func fromRoot(page string) string { return path.Clean(path.Join("docs", filepath.ToSlash(page))) }

// anchors are what a link may name in a page: its headings, as GitHub spells them.
func anchors(text string) []string {
	var all []string
	for _, heading := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(codeBlock.ReplaceAllString(text, ""), -1) {
		plain := regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(strings.ToLower(heading[1]), "")
		all = append(all, strings.ReplaceAll(plain, " ", "-"))
	}
	return all
}

// Every link within the repository leads to a file or folder, and to a heading in it.
func TestLinksLeadSomewhere(t *testing.T) {
	pages := append(written(t), "../config/chart/README.md", "../config/released/README.md")
	links := 0
	for _, from := range pages {
		for _, link := range regexp.MustCompile(`\]\(([^)\s]+)\)`).FindAllStringSubmatch(codeBlock.ReplaceAllString(page(t, from), ""), -1) {
			if strings.Contains(link[1], "://") {
				continue
			}
			links++
			file, anchor, named := strings.Cut(link[1], "#")
			to := from
			if file != "" {
				to = filepath.Join(filepath.Dir(from), file)
			}
			if _, err := os.Stat(to); err != nil {
				t.Errorf("%s: there is no %s", fromRoot(from), link[1])
				continue
			}
			if named && !slices.Contains(anchors(page(t, to)), anchor) {
				t.Errorf("%s: %s has no heading #%s", fromRoot(from), to, anchor)
			}
		}
	}
	if links < 100 {
		t.Errorf("only %d links were followed", links)
	}
}

var (
	// aFile is a code span that names a file or folder of ours.
	aFile = regexp.MustCompile(`^(?:\.{0,2}/)?[\w.-]+(?:/[\w.-]+)*(?:\.(?:go|md|yaml|yml|txt|sh|svg|patch)|/)$|^(?:api|cmd|config|docs|hack|internal|\.ci|\.github)(?:/[\w.*-]+)+$`)
	// aName is one that names something of our code: a word with a capital within.
	aName = regexp.MustCompile(`^[A-Za-z]\w*[a-z]\w*[A-Z]\w*(?:\.\w+)*$|^[a-z]+\.[A-Z]\w*$`)
	// elsewhere are files that nobody finds here: they are made, or somebody else's.
	elsewhere = regexp.MustCompile(`^(?:bin/.*|install\.yaml|dist/.*|checksums\.txt|sync\.go|objects\.yaml|backup\.yaml|.*\.sbom\.json)$`)
)

// Every file and every name of code that the pages speak of is there.
func TestPagesNameWhatIsThere(t *testing.T) {
	files := tracked(t)
	words := map[string]bool{}
	for _, file := range files {
		if ext := path.Ext(file); !slices.Contains([]string{".go", ".yaml", ".yml", ".tpl", ".json", ".lua", ".sh", ""}, ext) {
			continue
		}
		text, err := os.ReadFile(filepath.Join("..", file))
		if err != nil {
			continue // a folder, by a link
		}
		for word := range strings.FieldsFuncSeq(string(text), func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			words[word] = true
		}
	}
	seen := 0
	for _, from := range written(t) {
		for _, span := range codeSpan.FindAllString(codeBlock.ReplaceAllString(page(t, from), ""), -1) {
			switch name := strings.Trim(span, "`"); {
			case elsewhere.MatchString(name):
			case aFile.MatchString(name):
				seen++
				if !isThere(name, from, files) {
					t.Errorf("%s: there is no file or folder %s", fromRoot(from), name)
				}
			case aName.MatchString(name):
				seen++
				for _, word := range strings.Split(name, ".") {
					if !words[word] {
						t.Errorf("%s: nothing in the code is called %s", fromRoot(from), name)
					}
				}
			}
		}
	}
	if seen < 200 {
		t.Errorf("only %d names were looked for", seen)
	}
}

// isThere reports whether a file or folder of this name, or pattern, is in the tree:
// from the root, from the page, or as the end of a path.
func isThere(name, from string, files []string) bool {
	name = strings.TrimSuffix(strings.TrimPrefix(name, "./"), "/")
	beside := path.Join(path.Dir(fromRoot(from)), name)
	return slices.ContainsFunc(files, func(file string) bool {
		whole, _ := path.Match(name, file)
		return whole || file == beside || strings.HasPrefix(file, beside+"/") || strings.HasPrefix(file, name+"/") ||
			strings.HasSuffix(file, "/"+name) || strings.Contains(file, "/"+name+"/")
	})
}
