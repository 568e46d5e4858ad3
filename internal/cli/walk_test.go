package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// walks are what runs pages of the docs.
var walks = map[string]func(*testscript.TestScript, bool, []string){
	// walk PAGE N runs the N commands of a page, one after the other, as a shell does.
	"walk": func(ts *testscript.TestScript, _ bool, args []string) {
		text, err := os.ReadFile(filepath.Join("..", "..", "docs", args[0]))
		ts.Check(err)
		commands := commandsOf(string(text))
		if fmt.Sprint(len(commands)) != args[1] {
			ts.Fatalf("%s has %d commands, not %s", args[0], len(commands), args[1])
		}
		filled := strings.NewReplacer("--mode manage", "--mode manage --rate 1000", "diff -k partners", "diff -k partners --rate 1000",
			"<user>", fake.DefaultUsername, "<password>", fake.DefaultPassword, "<api secret>", fake.DefaultClientSecret,
			"sellerID: <seller id>", "sellerID: "+fake.DefaultSellerID+"\n  endpoint: "+ts.Getenv("ENDPOINT")+"\n  rateLimit: {requestsPerSecond: 1000, burst: 1000}")
		for _, command := range commands {
			err := ts.Exec("sh", "-c", filled.Replace(command))
			if err != nil && !expected(command, err.Error()) {
				ts.Fatalf("%s: %v", command, err)
			}
		}
		of(ts).namespace = "partners"
	},
}

// commandsOf are the commands of the blocks of a page, each with the text that it is given.
func commandsOf(page string) []string {
	var all []string
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(page, -1) {
		for line := range strings.Lines(block[1]) {
			if strings.HasPrefix(line, "kubectl ") {
				all = append(all, line)
			} else {
				all[len(all)-1] += line
			}
		}
	}
	return all
}

// expected are exits that tell of something and are no failure: no operator is installed
// where its manager runs in the test, values are left out, and diff shows what is adopted.
func expected(command, exit string) bool {
	for words, code := range map[string]string{"reseller doctor": "3", "reseller import": "3", "reseller diff": "1", "reseller status": "4"} {
		if strings.Contains(command, words) && exit == "exit status "+code {
			return true
		}
	}
	return false
}
