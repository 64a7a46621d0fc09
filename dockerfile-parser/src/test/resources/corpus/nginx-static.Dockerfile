FROM nginx:1.27-alpine
COPY default.conf.template /etc/nginx/templates/
COPY html/ /usr/share/nginx/html/
RUN ln -sf /dev/stdout /var/log/nginx/access.log \
    && ln -sf /dev/stderr /var/log/nginx/error.log
EXPOSE 80/tcp 443/tcp 443/udp
STOPSIGNAL SIGQUIT
HEALTHCHECK CMD ["wget", "-q", "--spider", "http://localhost/"]
