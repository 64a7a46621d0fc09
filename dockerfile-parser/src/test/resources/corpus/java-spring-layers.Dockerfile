FROM bellsoft/liberica-openjre-debian:21-cds AS layers
WORKDIR /builder
ADD target/*.jar application.jar
RUN java -Djarmode=tools -jar application.jar extract --layers --destination extracted

FROM bellsoft/liberica-openjre-debian:21-cds
RUN groupadd -r spring && useradd -r -g spring spring
USER spring:spring
WORKDIR /application
COPY --from=layers /builder/extracted/dependencies/ ./
COPY --from=layers /builder/extracted/spring-boot-loader/ ./
COPY --from=layers /builder/extracted/snapshot-dependencies/ ./
COPY --from=layers /builder/extracted/application/ ./
RUN java -XX:ArchiveClassesAtExit=app.jsa -Dspring.context.exit=onRefresh -jar application.jar
ENTRYPOINT ["java","-XX:SharedArchiveFile=app.jsa","-jar","application.jar"]
