ARG NODE=20
FROM node:${NODE}-slim AS base
ENV PNPM_HOME="/pnpm" PATH="/pnpm:$PATH"
RUN corepack enable

FROM base AS pruned
WORKDIR /repo
ARG APP
COPY . .
RUN pnpm dlx turbo prune --scope="${APP:?the workspace to build}" --docker

FROM base AS installed
WORKDIR /repo
COPY --from=pruned /repo/out/json/ .
RUN --mount=type=cache,id=pnpm,target=/pnpm/store pnpm install --frozen-lockfile
COPY --from=pruned /repo/out/full/ .
RUN pnpm turbo run build

FROM gcr.io/distroless/nodejs20-debian12:nonroot
COPY --from=installed --link /repo/apps /apps
CMD ["/apps/api/dist/main.js"]
