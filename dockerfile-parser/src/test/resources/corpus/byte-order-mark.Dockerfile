FROM alpine:3.20
LABEL author="Jürgen Müller" ort='Köln' 日本="東京"
ENV GREETING="Grüße, ${NAME:-Welt} 🚀"
RUN echo "$GREETING"
