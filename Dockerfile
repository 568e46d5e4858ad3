# syntax=docker/dockerfile:1
FROM --platform=$BUILDPLATFORM golang:1.26 AS build
ARG TARGETOS
ARG TARGETARCH
ARG VERSION=v0.1.0-dev
WORKDIR /src

# Modules first: they change less often than the code.
COPY go.mod go.sum ./
RUN go mod download

COPY . .
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -ldflags "-s -w -X main.version=$VERSION" -o /out/manager ./cmd/manager

FROM gcr.io/distroless/static:nonroot
ARG VERSION=v0.1.0-dev
LABEL org.opencontainers.image.title="reseller-operator" \
      org.opencontainers.image.description="Keeps the resellers of a Cloudmore seller as Kubernetes objects" \
      org.opencontainers.image.source="https://github.com/reseller-operator/reseller-operator" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION"
COPY LICENSE /licenses/LICENSE
COPY --from=build /out/manager /manager
USER 65532:65532
ENTRYPOINT ["/manager"]
