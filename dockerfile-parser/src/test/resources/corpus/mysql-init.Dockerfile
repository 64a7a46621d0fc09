FROM mysql:8.4
ADD schema.sql.gz dumps/*.sql /docker-entrypoint-initdb.d/
ENV MYSQL_DATABASE=shop
ENV LANG C.UTF-8
EXPOSE 3306 33060
CMD ["--character-set-server=utf8mb4", "--collation-server=utf8mb4_unicode_ci"]
