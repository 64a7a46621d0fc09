FROM golang:1.23 AS base
WORKDIR /src
COPY go.* ./
RUN go mod download
COPY . .

FROM base AS lint
COPY --from=golangci/golangci-lint:v1.61 /usr/bin/golangci-lint /usr/bin/golangci-lint
RUN golangci-lint run --timeout 5m ./...

FROM base AS test
RUN go test -race -coverprofile=/cover.out ./...

FROM scratch AS coverage
COPY --from=test /cover.out /

FROM base AS release
ARG BUILD_TAGS
RUN go build -tags "${BUILD_TAGS:-netgo osusergo}" -o /usr/local/bin/tool .
ENTRYPOINT ["tool"]
