package cloudmore

import "strings"

// Keys in one case have no seams between their words ("hasnextpage", "X-Wp-Totalpages").

// dictionary are the words that announcements are made of.
var dictionary = known()

func known() map[string]bool {
	words := map[string]bool{}
	for _, set := range []map[string]bool{fillers, nouns, elsewhere, otherwise, places, failureWords, successWords, failing} {
		for word := range set {
			words[word] = true
		}
	}
	for i := range vocabulary {
		for _, word := range vocabulary[i].all {
			words[word] = true
		}
		for word := range vocabulary[i].other {
			words[word] = true
		}
	}
	for i := range strong {
		for _, word := range strong[i].all {
			words[word] = true
		}
	}
	delete(words, "x") // a prefix, and no word among others
	return words
}

// parted is a word, or those that it consists of where all of them are known.
func parted(word string) []string {
	if dictionary[word] || len(word) > maxGlued {
		return []string{word}
	}
	// from[i] is where the last word of a way to part the first i bytes begins; -1: there
	// is none. Of several ways the one with the longer words counts.
	from := make([]int, len(word)+1)
	for end := 1; end <= len(word); end++ {
		from[end] = -1
		for start := range end {
			if from[start] >= 0 && dictionary[word[start:end]] {
				from[end] = start
				break
			}
		}
	}
	if from[len(word)] < 0 {
		return []string{word}
	}
	var all []string
	for end := len(word); end > 0; end = from[end] {
		all = append([]string{strings.Clone(word[from[end]:end])}, all...)
	}
	return all
}
