FROM node:20-alpine
WORKDIR /usr/src/app
COPY package*.json ./
RUN npm ci --omit=dev
COPY --chown=node:node . .
ENV NODE_ENV=production PORT=3000
EXPOSE $PORT
USER node
CMD [ "node", "server.js" ]
