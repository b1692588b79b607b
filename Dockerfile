# Studio and live service in a container, on the processor; docs/docker.md says how to use it, and what a GPU needs.
#
#     docker build -t ksdiff .
#     docker run --rm -p 127.0.0.1:7654:17654 -p 127.0.0.1:8765:18765 -v ksdiff:/data ksdiff
FROM python:3.11-slim-bookworm AS build

WORKDIR /source
COPY pyproject.toml hatch_build.py constraints.txt README.md LICENSE THIRD_PARTY.md ./
COPY src ./src
RUN python -m venv /opt/ksdiff \
    && /opt/ksdiff/bin/pip install --no-cache-dir -c constraints.txt ".[render,transcribe,studio,live]"

FROM python:3.11-slim-bookworm

# OpenGL through EGL for pictures and videos, drawn by the processor. Not pinned: Debian removes versions that it replaces.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libegl1 libgl1-mesa-dri \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 ksdiff \
    && install -d -o ksdiff -g ksdiff /data
COPY --from=build /opt/ksdiff /opt/ksdiff
COPY docker/serve.py docker/health.py /opt/ksdiff/container/
ENV PATH=/opt/ksdiff/bin:$PATH PYTHONUNBUFFERED=1
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 17654 18765
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["python", "/opt/ksdiff/container/health.py"]
CMD ["python", "/opt/ksdiff/container/serve.py"]
