FROM postgres:16
LABEL maintainer="Database Team <db@example.com>"
ENV POSTGRES_INITDB_ARGS="--encoding=UTF8 --locale=C.UTF-8" \
    PGDATA=/var/lib/postgresql/data/pgdata
RUN set -eux; \
    apt-get update; \
    apt-get install -y --no-install-recommends "postgresql-$PG_MAJOR-postgis-3" "postgresql-$PG_MAJOR-cron"; \
    rm -rf /var/lib/apt/lists/*; \
    localedef -i de_DE -c -f UTF-8 -A /usr/share/locale/locale.alias de_DE.UTF-8
COPY initdb.d/ /docker-entrypoint-initdb.d/
VOLUME ["/var/lib/postgresql/data"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=1m --start-interval=1s \
    CMD pg_isready -U "$POSTGRES_USER" -d "$POSTGRES_DB" || exit 1
STOPSIGNAL SIGINT
