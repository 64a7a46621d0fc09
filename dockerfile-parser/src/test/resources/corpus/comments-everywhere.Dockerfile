# A licence, which is no directive.
#
# escape=` is none either, down here.

FROM alpine AS base
# base is where all begins

# check=skip=LegacyKeyValueFormat
ENV a b
  # indented
RUN one && \
# between
    two && \
  # and again
    \
    three # not a comment
RUN echo "# neither is this" \
  # but this is
  done
# at the end
