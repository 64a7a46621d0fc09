# syntax=docker/dockerfile:1
FROM alpine AS fetch
RUN apk add --no-cache git openssh-client
RUN mkdir -p -m 0700 ~/.ssh && ssh-keyscan github.com >> ~/.ssh/known_hosts
RUN --mount=type=ssh,required=true git clone git@github.com:example/private.git /src
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc,mode=0400 cat /root/.npmrc > /dev/null
RUN --mount=type=secret,id=token,env=API_TOKEN \
    --network=none \
    wc -c <<< "$API_TOKEN"
RUN --mount=from=busybox:musl,source=/bin,target=/tools,ro /tools/ls /src
ADD --keep-git-dir=true https://github.com/example/public.git#v1.2.3:docs /docs
ADD --unpack=true --chown=0:0 https://example.com/data.tar.gz /data/
