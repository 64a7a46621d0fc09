FROM tomcat:10.1-jdk17
LABEL org.opencontainers.image.title="Shop" \
      org.opencontainers.image.description="It's a \"shop\"" \
      org.opencontainers.image.vendor='Example, Inc.'
RUN rm -rf "$CATALINA_HOME"/webapps/*
COPY ["target/shop app.war", "/usr/local/tomcat/webapps/ROOT.war"]
COPY conf/server.xml conf/context.xml $CATALINA_HOME/conf/
ENV CATALINA_OPTS -Xms512m -Xmx512m -Dfile.encoding=UTF-8
EXPOSE 8080 8443
