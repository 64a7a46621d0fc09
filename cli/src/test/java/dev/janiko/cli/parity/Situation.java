package dev.janiko.cli.parity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a place may allow a build, from much to next to nothing. */
enum Situation {
  USER_WITH_SUBORDINATE_IDS("namespace", "overlays over unpacked layers"),
  USER_WITHOUT("namespace", "plain folders"),
  DEFAULT_CONTAINER("inplace", "the container's own root directory"),
  CONTAINER_WITH_LESS("inplace", "the container's own root directory"),
  RESTRICTED("inplace", "the container's own root directory"),
  ARBITRARY_USER("inplace", "the container's own root directory"),
  CRIO_PROFILE("namespace", "plain folders"),
  CI_IMAGE("chroot", "plain folders");

  /** Where containers see what they write to. */
  private static final String OUT = "/parity-out";

  private final String sandbox;
  private final String files;

  Situation(String sandbox, String files) {
    this.sandbox = sandbox;
    this.files = files;
  }

  /** Which sandbox a build has there. */
  String sandbox() {
    return sandbox;
  }

  /** What its files are, in words. */
  String files() {
    return files;
  }

  /** As {@code testdata/situations} names it. */
  String title() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }

  /**
   * The parts that situations are made of.
   *
   * @param engine runs containers
   * @param executor the executor image
   * @param ciImage somebody's image with the program's folder copied in
   * @param home a folder with a folder for each ordinary user
   */
  record Means(Engine engine, String executor, String ciImage, Path home) {}

  /**
   * A command line that is ready for its arguments.
   *
   * @param builds the arguments that come first for a build
   * @param context where it sees the context
   * @param out where it sees the folder that it writes to
   */
  record Ready(Janiko janiko, List<String> builds, Path context, Path out) {}

  /** What a build reads and where it may write, on the machine. */
  private record Folders(Path context, Path out) {
    List<String> mounts() {
      return List.of("-v", context + ":/workspace", "-v", out + ":" + OUT);
    }
  }

  /** An ordinary user of the machine. */
  private record User(int uid, boolean hasSubordinates) {}

  /** Prepares a build of a folder that may write to another. */
  Ready prepare(Means means, Path context, Path out) throws IOException {
    Folders folders = new Folders(context, out);
    Files.setPosixFilePermissions(out, PosixFilePermissions.fromString("rwxrwxrwx"));
    return switch (this) {
      case USER_WITH_SUBORDINATE_IDS -> onMachine(means, new User(47_001, true), folders);
      case USER_WITHOUT -> onMachine(means, new User(47_002, false), folders);
      case DEFAULT_CONTAINER -> inContainer(means, means.executor, folders);
      case CONTAINER_WITH_LESS ->
          inContainer(
              means, means.executor, folders, "--cap-drop", "MKNOD", "--cap-drop", "SYS_CHROOT");
      case RESTRICTED -> restricted(means, "65532:65532", folders);
      case ARBITRARY_USER -> restricted(means, "1000660000:0", folders);
      case CRIO_PROFILE ->
          inContainer(
              means,
              means.executor,
              folders,
              "--user",
              "65532:65532",
              "--cap-drop",
              "ALL",
              "--security-opt",
              "no-new-privileges",
              "--security-opt",
              "seccomp=" + Parts.testdata().resolve("seccomp/crio.json"));
      case CI_IMAGE ->
          inContainer(means, means.ciImage, folders, "--entrypoint", "/kaniko/executor");
    };
  }

  /** The machine's own files about users are covered for the build alone. */
  private static Ready onMachine(Means means, User user, Folders folders) {
    String script =
        """
        dir=$0 uid=$1 sub=$2
        shift 2
        mount --bind "$dir/passwd" /etc/passwd
        mount --bind "$dir/$sub" /etc/subuid
        mount --bind "$dir/$sub" /etc/subgid
        exec setpriv --reuid "$uid" --regid "$uid" --clear-groups "$@"
        """;
    List<String> command = new ArrayList<>(List.of("unshare", "--mount", "/bin/sh", "-ec", script));
    command.addAll(List.of(means.home.toString(), Integer.toString(user.uid)));
    command.add(user.hasSubordinates ? "many" : "none");
    command.add(Parts.distribution().resolve("bin/janiko").toString());
    Map<String, String> environment = new HashMap<>();
    environment.put("HOME", means.home.resolve(Integer.toString(user.uid)).toString());
    Janiko janiko = new Janiko(Map.copyOf(environment), command);
    return new Ready(
        janiko, List.of("build", folders.context.toString()), folders.context, folders.out);
  }

  /** A distribution's image with the program's folder copied in, as a CI job has it. */
  static String ciImage(Engine engine, Parts parts, Path work) throws IOException {
    String image = "situations/ci";
    Path dockerfile = work.resolve("ci.Dockerfile");
    Files.writeString(
        dockerfile, "FROM " + parts.get("image.debian") + "\nCOPY --chown=0:0 . /kaniko\n");
    List<String> build = new ArrayList<>(List.of("build", "--network", "none", "-t", image, "-f"));
    build.addAll(List.of(dockerfile.toString(), Parts.distribution().toString()));
    engine.run(build.toArray(String[]::new)).good();
    return image;
  }

  /** Makes the homes of the ordinary users and the files that tell of them. */
  static void settle(Path home) throws IOException {
    StringBuilder users = new StringBuilder();
    StringBuilder ranges = new StringBuilder();
    for (int uid : new int[] {47_001, 47_002}) {
      users.append("user%d:x:%d:%d::/:/bin/sh\n".formatted(uid, uid, uid));
      ranges.append("user%d:%d:65536\n".formatted(uid, uid * 100_000));
      Path own = Files.createDirectories(home.resolve(Integer.toString(uid)));
      Files.setAttribute(own, "unix:uid", uid);
      Files.setAttribute(own, "unix:gid", uid);
    }
    Files.writeString(home.resolve("passwd"), users);
    Files.writeString(home.resolve("many"), ranges);
    Files.writeString(home.resolve("none"), "");
  }

  private static Ready inContainer(Means means, String image, Folders folders, String... options) {
    List<String> all = new ArrayList<>(folders.mounts());
    all.addAll(List.of(options));
    Janiko janiko = Janiko.inplace(means.engine, image, all.toArray(String[]::new));
    return inContainer(janiko);
  }

  private static Ready restricted(Means means, String user, Folders folders) {
    String[] mounts = folders.mounts().toArray(String[]::new);
    return inContainer(Janiko.restricted(means.engine, means.executor, user, mounts));
  }

  private static Ready inContainer(Janiko janiko) {
    return new Ready(
        janiko, List.of("--context", "/workspace"), Path.of("/workspace"), Path.of(OUT));
  }
}
