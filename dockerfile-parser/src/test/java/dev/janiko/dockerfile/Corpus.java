package dev.janiko.dockerfile;

import java.util.List;

/** Dockerfiles of the kinds people have, to start from. */
final class Corpus {
  static final List<String> TEXTS =
      List.of(
          """
          # syntax=docker/dockerfile:1
          ARG PYTHON=3.12
          FROM python:${PYTHON}-slim AS build
          WORKDIR /app
          # Packages change seldom.
          COPY requirements*.txt ./
          RUN --mount=type=cache,target=/root/.cache/pip,sharing=locked \\
              pip install --no-cache-dir -r requirements.txt && \\
              # a word in between

              rm -rf /tmp/*
          COPY --chown=1000:1000 --exclude=*.pyc . .
          ENV PATH="/app/bin:$PATH" \\
              NAME='a b' C=d\\ e
          USER 1000:1000
          EXPOSE 8000 9000-9002/udp
          HEALTHCHECK --interval=30s --timeout=1.5s CMD ["curl", "-f", "http://localhost/"]
          ENTRYPOINT ["python", "-m", "app"]
          CMD ["--port", "8000"]
          """,
          """
          # escape=`
          FROM mcr.microsoft.com/windows/servercore AS Base
          SHELL ["powershell", "-Command"]
          RUN dir `
              c:\\
          WORKDIR c:\\windows
          LABEL a="b `"c`"" d=e
          """,
          """
          FROM --platform=$BUILDPLATFORM golang:1.23 AS build
          ARG TARGETOS TARGETARCH=amd64
          RUN <<EOF
          set -e
          GOOS=$TARGETOS go build -o /out/app
          EOF
          RUN cat <<-'A' > /a && cat 3<<B > /b
          	tabs
          	A
          it's "$x"
          B
          FROM scratch
          COPY --from=build --link /out/app /app
          COPY <<"script.sh" <<conf plain.txt /etc/
          echo $HOME
          script.sh
          key=${value:-none}
          conf
          ADD --checksum=sha256:00 --keep-git-dir=false --unpack https://example.com/a.tar /a/
          ONBUILD COPY . /src
          ONBUILD RUN <<X
          make
          X
          STOPSIGNAL SIGTERM
          VOLUME ["/data", "/with space"]
          VOLUME /a /b
          MAINTAINER Someone <someone@example.com>
          env legacy  some   value
          RUN ["/app", "\\u00e9\\n"]
          RUN -- --not-a-flag
          HEALTHCHECK NONE
          """);

  private Corpus() {}
}
