# Three stages: Node and the compiler stay behind, the image holds one binary.
FROM node:20-slim AS web
WORKDIR /build
# The dashboard's queries are typed by the schema.
COPY schema.graphql .
COPY web web
ENV NPM_CONFIG_CACHE=/npm
RUN --mount=type=cache,target=/npm \
    node web/build.mjs && rm -rf web/*/node_modules

FROM rust:1-slim-bookworm AS build
WORKDIR /build
COPY . .
# The web apps as they were built, newer than their sources: the build embeds them.
COPY --from=web /build/web web
# The caches outlive the layer: a change in one source does not build the world again.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --release --locked --features sql && cp target/release/salesgraph /salesgraph

FROM debian:bookworm-slim
# curl is for the health check alone. Certificates are in the binary.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends curl \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --user-group --no-create-home salesgraph
COPY --from=build /salesgraph /usr/local/bin/salesgraph
# Nothing in the container needs more rights than to listen and to connect.
USER salesgraph
# Within a container the loopback address would be reachable by nobody.
ENV SALESGRAPH_LISTEN=0.0.0.0:8080
EXPOSE 8080
# Unhealthy while the database is away: an orchestrator then sends no traffic. With a
# certificate there is no plain HTTP.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD curl --fail --silent --output /dev/null http://127.0.0.1:8080/health/ready \
   || curl --fail --silent --insecure --output /dev/null https://127.0.0.1:8080/health/ready
# The process is the first in the container and ends cleanly on SIGTERM.
ENTRYPOINT ["salesgraph"]
CMD ["serve"]
