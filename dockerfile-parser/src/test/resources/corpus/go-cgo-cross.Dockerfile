ARG XX_VERSION=1.5.0
FROM --platform=$BUILDPLATFORM tonistiigi/xx:${XX_VERSION} AS xx
FROM --platform=$BUILDPLATFORM golang:1.23-bookworm AS build
COPY --from=xx / /
RUN apt-get update && apt-get install -y --no-install-recommends clang lld
ARG TARGETPLATFORM
RUN xx-apt-get install -y libc6-dev libseccomp-dev
ADD --checksum=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 \
    https://example.com/empty.tar.gz /src/third_party/
WORKDIR /src
COPY --exclude=**/*_test.go --exclude=docs . .
RUN CGO_ENABLED=1 xx-go build -o /out/app . && xx-verify /out/app
FROM gcr.io/distroless/base-debian12@sha256:27769871031f67460f1545a52dfacead6d18a9f197db77110cfc649ca2a91f44
COPY --from=build --chmod=0755 /out/app /app
CMD ["/app"]
