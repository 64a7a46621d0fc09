package dev.janiko.builder.sandbox;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.linux.Capabilities;
import dev.janiko.builder.linux.UserIds;
import dev.janiko.builder.linux.UserNamespace.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds out, by trying, which sandboxes this place allows. */
public final class Probe {
  private final Path folder;
  private final boolean force;
  private final Place place;

  private Probe(Path folder, boolean force, Place place) {
    this.folder = folder;
    this.force = force;
    this.place = place;
  }

  /**
   * A probe of this place.
   *
   * @param folder where sandboxes would have their files
   * @param force whether {@code inplace} may use up a root that is not known to be a container's
   */
  public static Probe of(Path folder, boolean force) {
    return new Probe(requireNonNull(folder, "folder is null"), force, Place.here());
  }

  /**
   * A sandbox that is possible, or what it would need.
   *
   * @param way how it would have its files
   * @param obstacle why it is not possible
   * @param findings what was tried to know that, in order
   */
  private record Verdict(Way way, Optional<String> obstacle, List<Finding> findings) {
    private Verdict {
      findings = List.copyOf(findings);
    }
  }

  /**
   * What this place allows.
   *
   * @param way the sandbox that is chosen by itself; empty if there is none
   * @param findings all that was tried
   * @param needs for sandboxes that would be better than the chosen one, by name: what they need
   */
  public record Examination(Optional<Way> way, List<Finding> findings, Map<String, String> needs) {
    /** Keeps the order. */
    public Examination {
      findings = List.copyOf(findings);
      needs = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(needs));
    }
  }

  /**
   * The isolation to use.
   *
   * @param wanted a certain one, or AUTO for the strongest there is
   * @throws SandboxException if the place does not allow it, with what each would need
   */
  public Way choose(Isolation wanted) throws IOException {
    return switch (wanted) {
      case NAMESPACE -> require(wanted, namespace());
      case INPLACE -> require(wanted, inPlace(force));
      case CHROOT -> require(wanted, changedRoot());
      case AUTO -> strongest();
    };
  }

  /**
   * What whoever builds should know of the isolation that was chosen.
   *
   * @param wanted what was asked for
   * @param chosen what {@link #choose} answered
   * @return a warning, if somebody's root directory is used up though nobody asked for that
   */
  public Optional<String> reservation(Isolation wanted, Way chosen) throws IOException {
    if (wanted != Isolation.AUTO || chosen != Way.ROOT || !place.isSomebodys()) {
      return Optional.empty();
    }
    return changedRoot()
        .obstacle
        .map(why ->
            "the build takes this container's own root directory, and puts it back at the end, as"
                + " isolation \"chroot\" is not possible here: "
                + why);
  }

  private static Way require(Isolation isolation, Verdict verdict) throws SandboxException {
    if (verdict.obstacle.isPresent()) {
      throw new SandboxException(
          "isolation \""
              + isolation.optionValue()
              + "\" is not possible here: "
              + verdict.obstacle.get());
    }
    return verdict.way;
  }

  private Way strongest() throws IOException {
    Map<String, String> obstacles = new LinkedHashMap<>();
    for (Isolation isolation : Isolation.inOrder(place.isSomebodys())) {
      Verdict verdict = verdict(isolation);
      if (verdict.obstacle.isEmpty()) {
        return verdict.way;
      }
      obstacles.put(isolation.optionValue(), verdict.obstacle.get());
    }
    StringBuilder text = new StringBuilder("no isolation is possible here:");
    obstacles.forEach((name, why) -> text.append("\n  ").append(name).append(": ").append(why));
    throw new SandboxException(text.toString());
  }

  /** Never by itself on a root that may be somebody's machine. */
  private Verdict verdict(Isolation isolation) throws IOException {
    return switch (isolation) {
      case NAMESPACE -> namespace();
      case INPLACE -> inPlace(false);
      case CHROOT -> changedRoot();
      case AUTO -> throw new IllegalArgumentException("no isolation of its own");
    };
  }

  /** Tries everything. */
  public Examination examine() throws IOException {
    List<Finding> findings = new ArrayList<>();
    Map<String, String> needs = new LinkedHashMap<>();
    Optional<Way> way = Optional.empty();
    for (Isolation isolation : Isolation.inOrder(place.isSomebodys())) {
      Verdict verdict = verdict(isolation);
      verdict.findings.stream().filter(it -> !findings.contains(it)).forEach(findings::add);
      if (way.isEmpty() && verdict.obstacle.isPresent()) {
        needs.put(isolation.optionValue(), verdict.obstacle.get());
      } else if (way.isEmpty()) {
        way = Optional.of(verdict.way);
        limits(verdict).forEach(needs::put);
      }
    }
    return new Examination(way, findings, needs);
  }

  /** What is not the best of its kind. */
  private static Map<String, String> limits(Verdict verdict) {
    Map<String, String> limits = new LinkedHashMap<>();
    if (verdict.way == Way.FOLDERS) {
      limits.put(
          "namespace with overlays",
          UserIds.ofThisProcess().sufficeForImages()
              ? "a store (JANIKO_STORE) on a disk file system that can hold an overlay's files"
              : "more users than one: lines of at least 65536 in /etc/subuid and /etc/subgid, and"
                  + " newuidmap and newgidmap (the package uidmap), which no_new_privs makes"
                  + " useless");
    }
    return limits;
  }

  private Verdict namespace() throws IOException {
    List<Finding> findings = new ArrayList<>();
    findings.add(PlaceFindings.capability("CAP_SYS_ADMIN", Capabilities.SYS_ADMIN));
    if (!findings.getFirst().possible()) {
      Finding user = userNamespace();
      findings.add(user);
      String why = user.possible() ? "this program was not started in one" : user.result();
      return new Verdict(
          Way.OVERLAY,
          Optional.of(
              "it needs the capability CAP_SYS_ADMIN, or a user namespace: run as root of the"
                  + " machine, in a container that is given it, or where user namespaces are"
                  + " allowed ("
                  + why
                  + ")"),
          findings);
    }
    UserIds ids = UserIds.ofThisProcess();
    findings.add(PlaceFindings.users(ids));
    Finding mounts = attempt("a mount namespace", "unshare(CLONE_NEWNS)", () -> {});
    findings.add(mounts);
    if (!mounts.possible()) {
      return new Verdict(Way.OVERLAY, Optional.of(mounts.result()), findings);
    }
    Finding overlay = attempt("an overlay", "mount(overlay)", this::tryOverlay);
    findings.add(overlay);
    if (overlay.possible() && ids.sufficeForImages()) {
      return new Verdict(Way.OVERLAY, Optional.empty(), findings);
    }
    Finding folders = attempt("a folder as root", "mount(MS_BIND)", this::tryFolder);
    findings.add(folders);
    Optional<String> obstacle =
        folders.possible() ? Optional.empty() : Optional.of(folders.result());
    if (obstacle.isEmpty() && !ids.sufficeForImages()) {
      Finding answered = PlaceFindings.answeredCalls();
      findings.add(answered);
      obstacle = answered.possible() ? obstacle : Optional.of(answered.result());
    }
    return new Verdict(Way.FOLDERS, obstacle, findings);
  }

  private static Finding userNamespace() throws IOException {
    String what = "a user namespace";
    return switch (Reentry.tryOut()) {
      case Outcome.Refused refused -> new Finding(what, false, refused.reason());
      case Outcome.Possible _ -> new Finding(what, true, "clone(CLONE_NEWUSER): ok");
      case Outcome.Running _ -> throw new IllegalStateException("nothing was to run");
    };
  }

  /** Something tried with mounts of its own. */
  private interface Trial {
    void run() throws IOException;
  }

  private static Finding attempt(String what, String call, Trial trial) {
    try {
      BuildThread.call(() -> {
        trial.run();
        return true;
      });
      return new Finding(what, true, call + ": ok");
    } catch (Exception e) {
      return new Finding(what, false, String.valueOf(e.getMessage()));
    }
  }

  private void tryOverlay() throws IOException {
    try (NamespaceSandbox sandbox = NamespaceSandbox.open(folder);
        StageRoot root = sandbox.openStage("probe", List.of())) {
      requireNonNull(root.path(), "a stage has no path");
    }
  }

  private void tryFolder() throws IOException {
    try (FolderSandbox sandbox = FolderSandbox.open(folder)) {
      StageRoot root = sandbox.openStage("probe", List.of());
      requireNonNull(root.path(), "a stage has no path");
    }
  }

  private Verdict changedRoot() throws IOException {
    List<Finding> findings =
        List.of(
            PlaceFindings.rootPowers(),
            PlaceFindings.changeOfRoot(),
            PlaceFindings.devices(folder));
    Optional<String> obstacle =
        findings.stream()
            .filter(finding -> !finding.possible())
            .map(finding -> finding.what() + ": " + finding.result())
            .findFirst();
    return new Verdict(Way.CHROOT, obstacle, findings);
  }

  private Verdict inPlace(boolean forced) throws IOException {
    List<Finding> findings = new ArrayList<>();
    Optional<String> mark = place.containerMark();
    findings.add(
        new Finding(
            "a throw-away container",
            mark.isPresent(),
            mark.map(it -> "shown by " + it).orElse("nothing shows that this is one")));
    findings.add(PlaceFindings.rootPowers());
    Optional<String> obstacle = Optional.empty();
    if (!RootPowers.areHeld()) {
      for (Finding needed :
          List.of(PlaceFindings.answeredCalls(), PlaceFindings.openRootDirectory())) {
        findings.add(needed);
        if (!needed.possible()) {
          obstacle = Optional.of(needed.result());
        }
      }
    }
    if (obstacle.isEmpty() && !forced && mark.isEmpty()) {
      obstacle =
          Optional.of(
              "it uses up the root file system and replaces it by the image's, and nothing shows"
                  + " that this is a throw-away container; if it is one, use --force");
    }
    return new Verdict(Way.ROOT, obstacle, findings);
  }
}
