package dev.janiko.dockerfile.check;

import java.util.Locale;
import java.util.Optional;

/** The build checks. */
public enum Rule {
  /** A stage name that is not lower-case. */
  STAGE_NAME_CASING("StageNameCasing", "Stage names should be lowercase"),
  /** {@code FROM x as y}. */
  FROM_AS_CASING("FromAsCasing", "The 'as' keyword should match the case of the 'from' keyword"),
  /** A blank line inside continuation lines. */
  NO_EMPTY_CONTINUATION(
      "NoEmptyContinuation", "Empty continuation lines will become errors in a future release"),
  /** Instructions of mixed case. */
  CONSISTENT_INSTRUCTION_CASING(
      "ConsistentInstructionCasing",
      "All commands within the Dockerfile should use the same casing (either upper or lower)"),
  /** A stage name used twice. */
  DUPLICATE_STAGE_NAME("DuplicateStageName", "Stage names should be unique"),
  /** A stage named {@code scratch} or {@code context}. */
  RESERVED_STAGE_NAME("ReservedStageName", "Reserved words should not be used as stage names"),
  /** The shell form of CMD or ENTRYPOINT. */
  JSON_ARGS_RECOMMENDED(
      "JSONArgsRecommended",
      "JSON arguments recommended for ENTRYPOINT/CMD to prevent unintended behavior related to OS"
          + " signals"),
  /** MAINTAINER. */
  MAINTAINER_DEPRECATED(
      "MaintainerDeprecated",
      "The MAINTAINER instruction is deprecated, use a label instead to define an image author"),
  /** FROM with a variable that is not declared. */
  UNDEFINED_ARG_IN_FROM("UndefinedArgInFrom", "FROM command must use declared ARGs"),
  /** A relative WORKDIR on an unknown base. */
  WORKDIR_RELATIVE_PATH(
      "WorkdirRelativePath",
      "Relative workdir without an absolute workdir declared within the build can have unexpected"
          + " results if the base image changes"),
  /** A variable that is neither set nor declared. */
  UNDEFINED_VAR("UndefinedVar", "Variables should be defined before their use"),
  /** A CMD, ENTRYPOINT or HEALTHCHECK that a later one overrides. */
  MULTIPLE_INSTRUCTIONS_DISALLOWED(
      "MultipleInstructionsDisallowed",
      "Multiple instructions of the same type should not be used in the same stage"),
  /** {@code ENV name value}. */
  LEGACY_KEY_VALUE_FORMAT(
      "LegacyKeyValueFormat",
      "Legacy key/value format with whitespace separator should not be used"),
  /** A base image of another platform than asked for; only a builder can tell. */
  INVALID_BASE_IMAGE_PLATFORM(
      "InvalidBaseImagePlatform", "Base image platform does not match expected target platform"),
  /** {@code FROM --platform=$TARGETPLATFORM}. */
  REDUNDANT_TARGET_PLATFORM(
      "RedundantTargetPlatform",
      "Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default"
          + " behavior"),
  /** A secret in ARG or ENV. */
  SECRETS_USED_IN_ARG_OR_ENV(
      "SecretsUsedInArgOrEnv", "Sensitive data should not be used in the ARG or ENV commands"),
  /** A base name that is invalid without build arguments. */
  INVALID_DEFAULT_ARG_IN_FROM(
      "InvalidDefaultArgInFrom",
      "Default value for global ARG results in an empty or invalid base image name"),
  /** {@code FROM --platform=linux/amd64}. */
  FROM_PLATFORM_FLAG_CONST_DISALLOWED(
      "FromPlatformFlagConstDisallowed", "FROM --platform flag should not use a constant value"),
  /** COPY of a file that {@code .dockerignore} excludes. */
  COPY_IGNORED_FILE("CopyIgnoredFile", "Attempting to Copy file that is excluded by .dockerignore"),
  /** A comment above ARG or FROM that does not describe it; experimental. */
  INVALID_DEFINITION_DESCRIPTION(
      "InvalidDefinitionDescription",
      "Comment for build stage or argument should follow the format: `# <arg/stage name>"
          + " <description>`. If this is not intended to be a description comment, add an empty line"
          + " or comment between the instruction and the comment."),
  /** {@code EXPOSE 80/TCP}. */
  EXPOSE_PROTO_CASING("ExposeProtoCasing", "Protocol in EXPOSE instruction should be lowercase"),
  /** {@code EXPOSE 80:80}. */
  EXPOSE_INVALID_FORMAT(
      "ExposeInvalidFormat",
      "IP address and host-port mapping should not be used in EXPOSE instruction. This will become"
          + " an error in a future release");

  private final String title;
  private final String description;

  Rule(String title, String description) {
    this.title = title;
    this.description = description;
  }

  /** The name that {@code # check=skip=} takes, such as {@code StageNameCasing}. */
  public String title() {
    return title;
  }

  /** What the rule asks for. */
  public String description() {
    return description;
  }

  /** Whether it must be asked for by name. */
  public boolean isExperimental() {
    return this == INVALID_DEFINITION_DESCRIPTION;
  }

  /** The page that explains it. */
  public String url() {
    String kebab = name().toLowerCase(Locale.ROOT).replace('_', '-');
    return "https://docs.docker.com/go/dockerfile/rule/" + kebab + "/";
  }

  /** The rule of that title. */
  public static Optional<Rule> of(String title) {
    for (Rule rule : values()) {
      if (rule.title.equals(title)) {
        return Optional.of(rule);
      }
    }
    return Optional.empty();
  }
}
