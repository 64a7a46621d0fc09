package dev.janiko.dockerfile;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * An instruction of a Dockerfile. Words are as written: nothing is expanded, quotes are kept where
 * the language expands them later.
 */
public sealed interface Instruction {
  /** Where it stands and how it was written. */
  Source source();

  /** Its lines, heredoc bodies included. */
  default SourceRange range() {
    return source().range();
  }

  /** The instruction as written, continuation lines joined, without heredoc bodies. */
  default String original() {
    return source().original();
  }

  /** Its name as written, such as {@code RUN} or {@code run}. */
  default String keyword() {
    return source().keyword();
  }

  /** Which instruction it is. */
  Keyword kind();

  /**
   * {@code FROM [--platform=P] image [AS name]}.
   *
   * @param image the image, stage or named context, unexpanded
   * @param platform the platform, unexpanded
   * @param stageName the stage's name, lower-cased
   * @param writtenStageName the stage's name as written
   */
  record From(
      Source source,
      String image,
      Optional<String> platform,
      Optional<String> stageName,
      Optional<String> writtenStageName)
      implements Instruction {
    /** Refuses absent parts. */
    public From {
      requireNonNull(source, "source is null");
      requireNonNull(image, "image is null");
    }

    @Override
    public Keyword kind() {
      return Keyword.FROM;
    }
  }

  /**
   * {@code ARG NAME[=default] ...}.
   *
   * @param declarations what it declares, in order; later defaults see earlier ones
   */
  record Arg(Source source, List<ArgDeclaration> declarations) implements Instruction {
    /** Copies the declarations. */
    public Arg {
      declarations = List.copyOf(declarations);
    }

    @Override
    public Keyword kind() {
      return Keyword.ARG;
    }
  }

  /**
   * {@code ENV name=value ...} or {@code ENV name value}.
   *
   * @param pairs the pairs; all values see the environment from before this instruction
   * @param legacy whether it is the form without {@code =}
   */
  record Env(Source source, List<NameValue> pairs, boolean legacy) implements Instruction {
    /** Copies the pairs. */
    public Env {
      pairs = List.copyOf(pairs);
    }

    @Override
    public Keyword kind() {
      return Keyword.ENV;
    }
  }

  /**
   * {@code LABEL name=value ...}.
   *
   * @param pairs the pairs
   * @param legacy whether it is the form without {@code =}
   */
  record Label(Source source, List<NameValue> pairs, boolean legacy) implements Instruction {
    /** Copies the pairs. */
    public Label {
      pairs = List.copyOf(pairs);
    }

    @Override
    public Keyword kind() {
      return Keyword.LABEL;
    }
  }

  /**
   * {@code MAINTAINER name}.
   *
   * @param name the author, never expanded
   */
  record Maintainer(Source source, String name) implements Instruction {
    @Override
    public Keyword kind() {
      return Keyword.MAINTAINER;
    }
  }

  /**
   * {@code WORKDIR path}.
   *
   * @param path the whole rest of the line, unexpanded
   */
  record Workdir(Source source, String path) implements Instruction {
    @Override
    public Keyword kind() {
      return Keyword.WORKDIR;
    }
  }

  /**
   * {@code USER user[:group]}.
   *
   * @param user the whole rest of the line, unexpanded
   */
  record User(Source source, String user) implements Instruction {
    @Override
    public Keyword kind() {
      return Keyword.USER;
    }
  }

  /**
   * {@code STOPSIGNAL signal}.
   *
   * @param signal a number or a name, unexpanded
   */
  record Stopsignal(Source source, String signal) implements Instruction {
    @Override
    public Keyword kind() {
      return Keyword.STOPSIGNAL;
    }
  }

  /**
   * {@code EXPOSE port ...}.
   *
   * @param ports the words as BuildKit keeps them, sorted and unexpanded; expansion may split one
   */
  record Expose(Source source, List<String> ports) implements Instruction {
    /** Copies the ports. */
    public Expose {
      ports = List.copyOf(ports);
    }

    @Override
    public Keyword kind() {
      return Keyword.EXPOSE;
    }
  }

  /**
   * {@code VOLUME path ...} or {@code VOLUME ["path", ...]}.
   *
   * @param paths the paths, unexpanded
   * @param json whether the JSON form was written
   */
  record Volume(Source source, List<String> paths, boolean json) implements Instruction {
    /** Copies the paths. */
    public Volume {
      paths = List.copyOf(paths);
    }

    @Override
    public Keyword kind() {
      return Keyword.VOLUME;
    }
  }

  /**
   * {@code SHELL ["program", "arg", ...]}.
   *
   * @param args the shell's program and arguments; not empty
   */
  record Shell(Source source, List<String> args) implements Instruction {
    /** Copies the arguments. */
    public Shell {
      args = List.copyOf(args);
    }

    @Override
    public Keyword kind() {
      return Keyword.SHELL;
    }
  }

  /**
   * {@code RUN [flags] command}.
   *
   * @param command what to run
   * @param mounts the values of {@code --mount} as written, in order; {@link Mount#parse} reads
   *     them, once variables can be expanded
   * @param network the value of {@code --network}: {@code default}, {@code none} or {@code host}
   * @param security the value of {@code --security}: {@code sandbox} or {@code insecure}
   * @param devices the values of {@code --device}, in order
   */
  record Run(
      Source source,
      Command command,
      List<String> mounts,
      Optional<String> network,
      Optional<String> security,
      List<String> devices)
      implements Instruction {
    /** Copies the lists. */
    public Run {
      requireNonNull(command, "command is null");
      mounts = List.copyOf(mounts);
      devices = List.copyOf(devices);
    }

    @Override
    public Keyword kind() {
      return Keyword.RUN;
    }
  }

  /** {@code CMD command}: the default command of containers. */
  record Cmd(Source source, Command command) implements Instruction {
    @Override
    public Keyword kind() {
      return Keyword.CMD;
    }
  }

  /** {@code ENTRYPOINT command}: the program of containers. */
  record Entrypoint(Source source, Command command) implements Instruction {
    @Override
    public Keyword kind() {
      return Keyword.ENTRYPOINT;
    }
  }

  /** {@code HEALTHCHECK NONE} or {@code HEALTHCHECK [flags] CMD command}. */
  record Healthcheck(Source source, HealthTest test) implements Instruction {
    @Override
    public Keyword kind() {
      return Keyword.HEALTHCHECK;
    }
  }

  /**
   * {@code ONBUILD instruction}. The trigger is text until a build starts from the image: it need
   * not even be an instruction before that.
   *
   * @param trigger the instruction as written, heredoc bodies included; {@link
   *     DockerfileParser#parseTrigger} reads it
   */
  record Onbuild(Source source, String trigger) implements Instruction {
    @Override
    public Keyword kind() {
      return Keyword.ONBUILD;
    }
  }

  /** What COPY and ADD have in common. */
  sealed interface Transfer extends Instruction {
    /** The sources that are not heredocs, in order, unexpanded. */
    List<String> sources();

    /** The heredocs among the sources, in order. */
    List<Heredoc> heredocs();

    /** The destination, unexpanded. */
    String destination();

    /** The value of {@code --chown}, unexpanded. */
    Optional<String> chown();

    /** The value of {@code --chmod}, unexpanded. */
    Optional<String> chmod();

    /** Whether {@code --link} is on. */
    boolean link();

    /** The values of {@code --exclude}, in order. */
    List<String> exclude();
  }

  /**
   * {@code COPY [flags] source ... destination}.
   *
   * @param from the value of {@code --from}: a stage's name or index, a named context or an image
   * @param parents whether {@code --parents} is on
   */
  record Copy(
      Source source,
      List<String> sources,
      List<Heredoc> heredocs,
      String destination,
      Optional<String> from,
      Optional<String> chown,
      Optional<String> chmod,
      boolean link,
      boolean parents,
      List<String> exclude)
      implements Transfer {
    /** Copies the lists. */
    public Copy {
      sources = List.copyOf(sources);
      heredocs = List.copyOf(heredocs);
      exclude = List.copyOf(exclude);
    }

    @Override
    public Keyword kind() {
      return Keyword.COPY;
    }
  }

  /**
   * {@code ADD [flags] source ... destination}.
   *
   * @param keepGitDir the value of {@code --keep-git-dir}, if given
   * @param checksum the value of {@code --checksum}, unexpanded
   * @param unpack the value of {@code --unpack}, if given
   */
  record Add(
      Source source,
      List<String> sources,
      List<Heredoc> heredocs,
      String destination,
      Optional<String> chown,
      Optional<String> chmod,
      boolean link,
      List<String> exclude,
      Optional<Boolean> keepGitDir,
      Optional<String> checksum,
      Optional<Boolean> unpack)
      implements Transfer {
    /** Copies the lists. */
    public Add {
      sources = List.copyOf(sources);
      heredocs = List.copyOf(heredocs);
      exclude = List.copyOf(exclude);
    }

    @Override
    public Keyword kind() {
      return Keyword.ADD;
    }
  }
}
