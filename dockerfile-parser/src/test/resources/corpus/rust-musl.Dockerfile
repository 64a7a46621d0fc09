FROM rust:1.81-alpine AS chef
RUN apk add --no-cache musl-dev && cargo install cargo-chef --locked
WORKDIR /app

FROM chef AS planner
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM chef AS builder
COPY --from=planner /app/recipe.json recipe.json
RUN cargo chef cook --release --recipe-path recipe.json
COPY . .
RUN cargo build --release --bin server

FROM alpine:3.20 AS runtime
RUN addgroup -S app && adduser -S app -G app
COPY --from=builder /app/target/release/server /usr/local/bin/
USER app
CMD ["/usr/local/bin/server"]
