FROM hashicorp/terraform:1.9 AS terraform
FROM bitnami/kubectl:1.31 AS kubectl
FROM alpine/helm:3.16.1 AS helm
FROM debian:bookworm-slim
COPY --from=terraform /bin/terraform /usr/local/bin/
COPY --from=kubectl /opt/bitnami/kubectl/bin/kubectl /usr/local/bin/
COPY --from=helm /usr/bin/helm /usr/local/bin/
COPY --from=2 /etc/os-release /etc/helm-release
RUN set -o errexit; \
    for tool in terraform kubectl helm; do \
        command -v "${tool}" || { echo "no ${tool}" >&2; exit 1; }; \
    done
SHELL ["/bin/bash", "-eo", "pipefail", "-c"]
RUN curl -fsSL https://example.com/install.sh | bash -s -- --prefix=/usr/local
HEALTHCHECK NONE
ENTRYPOINT []
CMD ["bash"]
