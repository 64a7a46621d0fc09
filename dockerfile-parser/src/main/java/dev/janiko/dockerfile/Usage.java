package dev.janiko.dockerfile;

import java.util.Arrays;
import java.util.stream.Collectors;

/** How instructions are written, for messages that say what was expected. */
final class Usage {
  private Usage() {}

  /** The forms of an instruction. */
  static String of(Keyword keyword) {
    return switch (keyword) {
      case ADD -> "ADD [flags] <path, URL or git repository>... <destination>";
      case ARG -> "ARG <name>[=<default>]...";
      case CMD -> "CMD [\"<program>\", \"<argument>\"...] or CMD <command>";
      case COPY -> "COPY [flags] <source>... <destination>";
      case ENTRYPOINT -> "ENTRYPOINT [\"<program>\", \"<argument>\"...] or ENTRYPOINT <command>";
      case ENV -> "ENV <name>=<value>...";
      case EXPOSE -> "EXPOSE <port>[-<last port>][/tcp|/udp|/sctp]...";
      case FROM -> "FROM [--platform=<platform>] <image or stage> [AS <name>]";
      case HEALTHCHECK -> "HEALTHCHECK [flags] CMD <command> or HEALTHCHECK NONE";
      case LABEL -> "LABEL <name>=<value>...";
      case MAINTAINER -> "MAINTAINER <name>";
      case ONBUILD -> "ONBUILD <instruction other than FROM, MAINTAINER and ONBUILD>";
      case RUN -> "RUN [flags] <command> or RUN [flags] [\"<program>\", \"<argument>\"...]";
      case SHELL -> "SHELL [\"<program>\", \"<argument>\"...]";
      case STOPSIGNAL -> "STOPSIGNAL <signal's name or number>";
      case USER -> "USER <name or id>[:<group>]";
      case VOLUME -> "VOLUME <path>... or VOLUME [\"<path>\"...]";
      case WORKDIR -> "WORKDIR <path>";
    };
  }

  /** The names of all instructions, in one line. */
  static String instructions() {
    return Arrays.stream(Keyword.values()).map(Keyword::name).collect(Collectors.joining(" "));
  }
}
