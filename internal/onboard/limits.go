package onboard

// Every bound and wait of this package, each with its reason.

// maxRounds bounds how often what is left is judged again: rules are asked only where the
// schema has nothing to refuse.
const maxRounds = 4
