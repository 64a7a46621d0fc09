# syntax=docker/dockerfile:1
# check=skip=JSONArgsRecommended;error=true
FROM rust:1-slim-bookworm AS build
ARG FEATURES="default"
WORKDIR /usr/src
RUN <<EOF
apt-get update
apt-get install -y --no-install-recommends pkg-config libssl-dev protobuf-compiler
rm -rf /var/lib/apt/lists/*
EOF
COPY --parents Cargo.toml Cargo.lock crates/*/Cargo.toml crates/./*/src ./
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/usr/src/target \
    cargo build --release --features "$FEATURES" \
    && cp target/release/daemon /usr/local/bin/
FROM debian:bookworm-slim
COPY --from=build /usr/local/bin/daemon /usr/local/bin/daemon
CMD exec daemon --config /etc/daemon.toml
