FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 \
    UV_COMPILE_BYTECODE=1 \
    UV_PROJECT_ENVIRONMENT=/opt/venv \
    PATH=/opt/venv/bin:$PATH \
    CX_DATA=/data \
    CX_STATIC=/srv/static

RUN pip install --no-cache-dir uv && useradd --system --home-dir /data --create-home cx
WORKDIR /srv/cxplatform
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --no-cache
COPY . .
# a key of its own for this step alone, so that none ends up in the image
RUN python -m cxplatform.catalogues \
    && SECRET_KEY=$(python -c "import secrets; print(secrets.token_urlsafe(50))") python manage.py collectstatic --no-input

USER cx
VOLUME /data
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", "--no-access-log", "--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "5", "cxplatform.wsgi:application"]
