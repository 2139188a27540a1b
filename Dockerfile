# docker build -t sla . && docker run --rm -v "$PWD:/agreements" sla run handoff.sla
FROM python:3.12-slim@sha256:78387bc3881b8273120a12ebe6c1ab22b018ccc2c9adf565ae1ac9b536e184ea AS build
WORKDIR /src
COPY . .
RUN python -m venv /opt/build && /opt/build/bin/pip install --no-cache-dir --require-hashes -r locks/build.txt \
  && /opt/build/bin/python -m build --no-isolation --wheel --outdir /dist
RUN python -m venv /opt/sla && /opt/sla/bin/pip install --no-cache-dir --require-hashes -r locks/container.txt \
  && /opt/sla/bin/pip install --no-cache-dir --no-deps /dist/*.whl

FROM python:3.12-slim@sha256:78387bc3881b8273120a12ebe6c1ab22b018ccc2c9adf565ae1ac9b536e184ea
COPY --from=build /opt/sla /opt/sla
RUN useradd --create-home sla
USER sla
WORKDIR /agreements
ENV PATH=/opt/sla/bin:$PATH
ENTRYPOINT ["sla"]
