FROM ubuntu:14.04
MAINTAINER Old Hand <old.hand@example.com>
ENV DEBIAN_FRONTEND   noninteractive
ENV LC_ALL en_US.UTF-8
LABEL description This text takes the rest   of the line
RUN apt-get update
RUN apt-get install -y \
  # web
  apache2 \
  # and its module

  libapache2-mod-php5
ADD http://example.com/site.tar.gz /var/www/
ADD ./start.sh /start.sh
RUN chmod 755 /start.sh
EXPOSE 80
EXPOSE 443
ENTRYPOINT exec /start.sh
CMD
