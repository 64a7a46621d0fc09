package dev.janiko.dockerfile;

import java.util.Locale;
import java.util.Optional;

/** The names of the instructions. */
public enum Keyword {
  /** Local and remote files, archives unpacked. */
  ADD,
  /** Build-time variables. */
  ARG,
  /** The default command. */
  CMD,
  /** Files. */
  COPY,
  /** The default program. */
  ENTRYPOINT,
  /** Environment variables. */
  ENV,
  /** Ports. */
  EXPOSE,
  /** A new stage. */
  FROM,
  /** How to tell whether a container is well. */
  HEALTHCHECK,
  /** Metadata. */
  LABEL,
  /** The author; deprecated. */
  MAINTAINER,
  /** An instruction for builds that start from the image. */
  ONBUILD,
  /** A command of the build. */
  RUN,
  /** The shell of shell forms. */
  SHELL,
  /** The signal that ends a container. */
  STOPSIGNAL,
  /** The user of commands. */
  USER,
  /** Mount points. */
  VOLUME,
  /** The working directory. */
  WORKDIR;

  /** The keyword of that name, whatever its case. */
  public static Optional<Keyword> of(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (Keyword keyword : values()) {
      if (keyword.name().toLowerCase(Locale.ROOT).equals(lower)) {
        return Optional.of(keyword);
      }
    }
    return Optional.empty();
  }
}
