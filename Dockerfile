# docker build -t sla . && docker run --rm -v "$PWD:/agreements" sla run handoff.sla
FROM python:3.12-slim AS build
WORKDIR /src
COPY . .
RUN python -m venv /opt/sla && /opt/sla/bin/pip install --no-cache-dir ".[run,excel,doc,review]"

FROM python:3.12-slim
COPY --from=build /opt/sla /opt/sla
RUN useradd --create-home sla
USER sla
WORKDIR /agreements
ENV PATH=/opt/sla/bin:$PATH
ENTRYPOINT ["sla"]
