# The API with its commands, for a Postgres elsewhere. `docker compose up` starts both.

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run -s build

# What runs: no tools, and none of the optional packages, which are an embedded Postgres and a Node of their own.
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 CREDENCE_DATA_DIR=/data
RUN mkdir /data && chown node:node /data
WORKDIR /app
COPY package.json ./
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
# Migrations run at start; commands run from the source: `docker compose exec api node src/cli.ts help`.
COPY migrations migrations
COPY src src
USER node
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 4000}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node itself, so that SIGTERM reaches it.
CMD ["node", "--max-semi-space-size=16", "--initial-old-space-size=80", "--no-parallel-scavenge", "--no-allocation-site-pretenuring", "dist/main.js"]
