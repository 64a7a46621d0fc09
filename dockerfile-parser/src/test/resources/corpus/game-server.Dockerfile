FROM cm2network/steamcmd:root
ENV STEAMAPPID=896660 STEAMAPPDIR=/opt/valheim UPDATE_CRON="*/15 * * * *"
COPY --chown=111:1000 bootstrap /usr/local/sbin/
COPY --chown=steam:steam --chmod=u=rwX,go=rX etc/ /home/steam/etc/
RUN dpkg --add-architecture i386 && apt-get update && apt-get -y install lib32gcc-s1 cron
EXPOSE 2456-2458/udp 9001/tcp
VOLUME ["/config", "/opt/valheim"]
WORKDIR /
STOPSIGNAL RTMIN+3
CMD ["/usr/local/sbin/bootstrap"]
