#syntax=docker/dockerfile:1.4
FROM php:8.3-fpm-alpine AS app_php
ENV APP_ENV=prod
WORKDIR /srv/app
COPY --from=mlocati/php-extension-installer:latest --link /usr/bin/install-php-extensions /usr/local/bin/
RUN apk add --no-cache acl fcgi file gettext git
RUN set -eux; \
    install-php-extensions apcu intl opcache zip
RUN mv "$PHP_INI_DIR/php.ini-production" "$PHP_INI_DIR/php.ini"
COPY --link --chmod=755 docker/php/docker-healthcheck.sh /usr/local/bin/docker-healthcheck
HEALTHCHECK --start-period=1m CMD docker-healthcheck
ONBUILD COPY --link . ./
ONBUILD RUN rm -Rf docker/
ENTRYPOINT ["docker-entrypoint"]
CMD ["php-fpm"]
