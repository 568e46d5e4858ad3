// Package fleet is what all Sellers and Resellers of a cluster come to: a row for each, and
// sums. It is what metrics show, and what a page or a command line can.
//
// It promises to be pure: it takes objects and values, and gives values. It never holds a
// value of a field, or a word of Cloudmore's.
package fleet
