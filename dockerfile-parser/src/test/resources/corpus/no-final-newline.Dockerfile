FROM busybox
CMD ["sh", "-c", "echo done"]
RUN echo last \