FROM ubuntu:24.04 AS build
ARG DEBIAN_FRONTEND=noninteractive
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,target=/var/lib/apt,sharing=locked \
    --mount=type=tmpfs,target=/tmp,size=64m \
    rm -f /etc/apt/apt.conf.d/docker-clean; \
    apt-get update && apt-get --no-install-recommends install -y g++ cmake ninja-build
COPY . /src
RUN cmake -G Ninja -S /src -B /build -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=/usr \
 && cmake --build /build --target install -- -j$(nproc)

FROM ubuntu:24.04
COPY --from=build /usr/bin/engine /usr/bin/
ENTRYPOINT ["engine"]
CMD ["--help"]
