package main

// searchPath is the PATH of distroless.
const searchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// base represents distroless/static, which only a registry has: the account that
// the program runs as, and a /tmp. It lacks what no program here reads: time
// zones and the release file of Debian. It also lacks certificates; the manager
// brings those of public authorities with it (cmd/manager/roots.go), and takes
// the files of a system before them.
var base = []file{
	{name: "etc/", mode: 0o755},
	{name: "etc/group", mode: 0o644, content: []byte("root:x:0:\nnobody:x:65534:\nnonroot:x:65532:\n")},
	{name: "etc/passwd", mode: 0o644, content: []byte("root:x:0:0:root:/root:/sbin/nologin\n" +
		"nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n")},
	{name: "home/", mode: 0o755},
	{name: "home/nonroot/", mode: 0o700, owner: 65532},
	{name: "tmp/", mode: 0o1777},
}
