FROM python:3.12-bookworm AS base
ENV POETRY_HOME=/opt/poetry POETRY_VIRTUALENVS_IN_PROJECT=true
ENV PATH="$POETRY_HOME/bin:/app/.venv/bin:$PATH"

FROM base AS builder
RUN --mount=type=cache,target=/root/.cache \
    curl -sSL https://install.python-poetry.org | python -
WORKDIR /app
COPY poetry.lock pyproject.toml ./
# The project itself comes later, so that this layer lasts.
RUN --mount=type=cache,target=/root/.cache,sharing=locked \
    poetry install --no-root --only main

FROM base AS production
COPY --from=builder /app/.venv /app/.venv
COPY ./service /app/service
WORKDIR /app
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s --retries=5 \
  CMD python -c "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health')"
ENTRYPOINT ["uvicorn"]
CMD ["service.main:app", "--host=0.0.0.0"]
