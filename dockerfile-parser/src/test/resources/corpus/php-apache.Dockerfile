FROM composer:2 AS vendor
WORKDIR /app
COPY composer.json composer.lock ./
RUN composer install --no-dev --no-scripts --no-interaction --prefer-dist

FROM php:8.3-apache
RUN apt-get update && apt-get install -y libicu-dev libzip-dev \
    && docker-php-ext-install -j"$(nproc)" intl opcache pdo_mysql zip \
    && a2enmod rewrite headers
ENV APACHE_DOCUMENT_ROOT /var/www/html/public
RUN sed -ri -e 's!/var/www/html!${APACHE_DOCUMENT_ROOT}!g' /etc/apache2/sites-available/*.conf
COPY --chown=www-data:www-data . .
COPY --from=vendor /app/vendor ./vendor
EXPOSE 80
