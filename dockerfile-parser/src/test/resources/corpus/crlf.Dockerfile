# syntax=docker/dockerfile:1
FROM debian:bookworm

# Written on Windows.
RUN apt-get update \
    && apt-get install -y curl \

    && rm -rf /var/lib/apt/lists/*
COPY <<EOF /etc/motd
Welcome
to ${HOSTNAME}
EOF
ENV A="b c" D=e
CMD ["bash", "-l"]
