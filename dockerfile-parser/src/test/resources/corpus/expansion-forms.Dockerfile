ARG REGISTRY
ARG BASE=${REGISTRY:+$REGISTRY/}alpine
ARG TAG=v3.20.1-rc.1
FROM ${BASE}:${TAG#v} AS first
ARG FILE=src/main/app.tar.gz
ENV NAME=${FILE##*/} STEM=${FILE%%.*} EXT=${FILE#*.} DIR=${FILE%/*}
ENV DOTS=${TAG//./-} ONE=${TAG/./-} EMPTY=${NOPE-} SET=${FILE:+yes}
ENV NESTED=${A:-${B:-"c d"}} LITERAL='$NOT ${EXPANDED}' ESCAPED=\$NOT QUOTED="a \"b\" \$c"
ENV A=1 B=$A C="$A$B" D=pre${A}post
WORKDIR /srv/$NAME
COPY ${DIR}/* "./${NAME}"
USER ${UID:-1000}:${GID:-1000}
VOLUME $DIR /with\ blank
EXPOSE ${PORT:-80}/tcp ${MORE_PORTS}
STOPSIGNAL ${SIGNAL:-SIGTERM}
LABEL "quoted key"="v" multi.line="a\
b" last=$NAME
