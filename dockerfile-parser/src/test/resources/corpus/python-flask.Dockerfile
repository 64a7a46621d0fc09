# syntax=docker/dockerfile:1
ARG PYTHON_VERSION=3.12
FROM python:${PYTHON_VERSION}-slim
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=off
WORKDIR /srv/app
COPY requirements.txt .
RUN pip install --no-compile -r requirements.txt
COPY . .
RUN useradd --system --uid 1001 --home-dir /srv/app web \
 && chown -R web /srv/app
USER web
EXPOSE 5000
CMD ["gunicorn", "--bind", "0.0.0.0:5000", "wsgi:app"]
