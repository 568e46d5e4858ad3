package limiter

import "time"

var begin = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func owner(name string) Owner { return Owner{Namespace: "team", Name: name} }
