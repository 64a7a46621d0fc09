package dev.janiko.cli.foreign;

import java.util.List;
import java.util.Optional;

/**
 * A flag of another builder that needs no code here: what it asks for is so anyway, or is refused.
 *
 * @param name the flag
 * @param meaning what its values mean to us
 * @param text why it has no effect, or what is missing
 */
public record ForeignFlag(String name, Meaning meaning, String text) {
  /** What a flag's values mean. */
  public enum Meaning {
    /** Neither value changes anything. */
    EITHER,
    /** True cannot be had yet; false is so anyway. */
    NOT_YET,
    /** Takes a value, and none changes anything. */
    ANY_VALUE,
    /** Takes a value, and none can be had yet. */
    NO_VALUE_YET
  }

  private static final String VAR_RUN =
      "/var/run is part of images, as docker build has it; what is mounted there is not.";
  private static final String CACHE = "layers are kept where --cache-repo says";

  /** Kaniko's. */
  public static final List<ForeignFlag> KANIKO =
      List.of(
          either("--skip-unused-stages", "Stages that the target does not need are never built."),
          either("--cleanup", "The file system is always left as it was found."),
          either("--pre-cleanup", "The file system is always moved aside before a build."),
          either("--preserve-context", "The file system is always left as it was found."),
          either("--use-new-run", "Changes are always found without reading files again."),
          either("--compressed-caching", "Layers are never kept in memory."),
          any("--azure-container-registry-config", "Credentials are in docker's config.json."),
          either("--force-build-metadata", "Every instruction is in the image's history."),
          either("--ignore-var-run", VAR_RUN),
          either("--whitelist-var-run", VAR_RUN),
          any("--image-fs-extract-retry", "A download that breaks is taken up where it broke."));

  /** Those of Kaniko's warmer. */
  public static final List<ForeignFlag> WARMER =
      List.of(any("--azure-container-registry-config", "Credentials are in docker's config.json."));

  /** Docker's, as far as they are not Kaniko's. */
  public static final List<ForeignFlag> DOCKER =
      List.of(
          either("--rm", "A build leaves nothing behind."),
          either("--force-rm", "A build leaves nothing behind."),
          either("--no-cache", "The layer cache is used only if --cache says so."),
          either("--pull", "Base images are always looked up in their registry."),
          value("--add-host", "names are the system's"),
          value("--attest", "images get no attestations yet"),
          value("--builder", "the builder is this program"),
          value("--cache-from", CACHE),
          value("--cache-to", CACHE),
          value("--cgroup-parent", "commands run in the cgroup of this program"),
          value("--iidfile", "use --digest-file"),
          notYet("--load", "use --tar-path, and docker load"),
          value("--memory", "commands share the limits of this program"),
          value("-m", "commands share the limits of this program"),
          value("--metadata-file", "use --digest-file or --progress json"),
          value("--network", "commands use the network of this program"),
          value("--no-cache-filter", CACHE),
          value("--output", "use --tar-path or --oci-layout-path"),
          value("-o", "use --tar-path or --oci-layout-path"),
          value("--provenance", "images get no attestations yet"),
          value("--sbom", "images get no attestations yet"),
          value("--security-opt", "RUN gets no more rights than usual"),
          value("--shm-size", "commands have the /dev/shm of this place"),
          notYet("--squash", "use --single-snapshot"),
          value("--ulimit", "commands have the limits of this program"));

  private static ForeignFlag any(String name, String text) {
    return new ForeignFlag(name, Meaning.ANY_VALUE, text);
  }

  private static ForeignFlag either(String name, String text) {
    return new ForeignFlag(name, Meaning.EITHER, text);
  }

  private static ForeignFlag notYet(String name, String text) {
    return new ForeignFlag(name, Meaning.NOT_YET, text);
  }

  private static ForeignFlag value(String name, String text) {
    return new ForeignFlag(name, Meaning.NO_VALUE_YET, text);
  }

  /** Returns whether the flag is accepted with some value, so that help lists it. */
  public boolean accepted() {
    return meaning == Meaning.EITHER || meaning == Meaning.ANY_VALUE;
  }

  /** Returns whether the flag is true or false, and true if it stands alone. */
  public boolean isSwitch() {
    return meaning != Meaning.ANY_VALUE && meaning != Meaning.NO_VALUE_YET;
  }

  /** Returns why a value cannot be had, if it cannot. */
  Optional<String> refusal(Object value) {
    return switch (meaning) {
      case EITHER, ANY_VALUE -> Optional.empty();
      case NOT_YET ->
          Boolean.TRUE.equals(value)
              ? Optional.of(name + " is not supported: " + text)
              : Optional.empty();
      case NO_VALUE_YET -> Optional.of(name + " is not supported: " + text);
    };
  }
}
