// Package words counts words.
package words

import "strings"

// Count tells how often each word is in the text.
func Count(text string) map[string]int {
	counts := map[string]int{}
	for _, word := range strings.Fields(strings.ToLower(text)) {
		counts[word]++
	}
	return counts
}

// First is the word that is met first when the counts are gone through.
func First(counts map[string]int) string {
	for word := range counts {
		return word
	}
	return ""
}
