FROM node:20
ONBUILD ARG NODE_ENV=production
ONBUILD ENV NODE_ENV=$NODE_ENV
ONBUILD COPY package.json /usr/src/app/
ONBUILD RUN npm install \
    && npm cache clean --force
ONBUILD COPY ["with space", "/usr/src/app/"]
ONBUILD ADD . /usr/src/app
ONBUILD HEALTHCHECK --interval=1m CMD curl -f http://localhost/ || exit 1
onbuild workdir /usr/src/app
ONBUILD RUN ["npm", "test"]
ONBUILD CMD npm start
