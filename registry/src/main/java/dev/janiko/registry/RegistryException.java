package dev.janiko.registry;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Why something with images or registries could not be done.
 *
 * <p>The message is one line for a user: what happened, where, and what to do about it. It never
 * holds a secret: addresses come without user information and without the values of their queries.
 */
public final class RegistryException extends IOException {
  private final Kind kind;
  private final String host;
  private final int status;
  private final String code;
  private final String retryAfter;

  private RegistryException(Builder builder, String message) {
    super(message, builder.cause);
    this.kind = builder.kind;
    this.host = builder.host;
    this.status = builder.status;
    this.code = builder.code;
    this.retryAfter = builder.retryAfter;
  }

  /** The classes of failure that callers tell apart. */
  public enum Kind {
    /** What was received is malformed, too large, or not what its digest says. */
    INVALID,
    /** What was asked for does not exist. */
    NOT_FOUND,
    /** The registry wants credentials, or other ones. */
    UNAUTHORIZED,
    /** The credentials are good but do not allow this. */
    DENIED,
    /** The credentials could not be found out. */
    CREDENTIALS,
    /** No answer came: names, connections, certificates, time. */
    UNREACHABLE,
    /** The registry answered that it cannot serve now, however often it was asked. */
    UNAVAILABLE,
    /** The registry refused the request for another reason. */
    REFUSED,
    /** Something that exists but is not supported. */
    UNSUPPORTED
  }

  /** An exception for something received that cannot be used. */
  public static RegistryException invalid(String message) {
    return of(Kind.INVALID, message).build();
  }

  /** An exception for something received that cannot be used. */
  public static RegistryException invalid(String message, Throwable cause) {
    return of(Kind.INVALID, message).cause(cause).build();
  }

  /** Begins an exception of the kind; the message says what happened. */
  public static Builder of(Kind kind, String message) {
    return new Builder(kind, message);
  }

  /** The class of failure. */
  public Kind kind() {
    return kind;
  }

  /** The registry it happened with, or empty. */
  public String host() {
    return host;
  }

  /** The HTTP status of the refusal, if an answer came. */
  public OptionalInt status() {
    return status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
  }

  /** The registry's own error code, such as {@code MANIFEST_UNKNOWN}, or empty. */
  public String code() {
    return code;
  }

  /** What the answer's {@code Retry-After} said, if it had one. */
  public Optional<String> retryAfter() {
    return retryAfter.isEmpty() ? Optional.empty() : Optional.of(retryAfter);
  }

  /** Collects what is known of a failure. */
  public static final class Builder {
    private final Kind kind;
    private final String message;
    private String host = "";
    private String operation = "";
    private String url = "";
    private String code = "";
    private String detail = "";
    private String hint = "";
    private String retryAfter = "";
    private int status;
    private @Nullable Throwable cause;

    private Builder(Kind kind, String message) {
      this.kind = requireNonNull(kind, "kind is null");
      this.message = requireNonNull(message, "message is null");
    }

    /** Names the registry. */
    public Builder host(String value) {
      host = requireNonNull(value, "host is null");
      return this;
    }

    /** Says what was being done, such as {@code pull manifest}. */
    public Builder operation(String value) {
      operation = requireNonNull(value, "operation is null");
      return this;
    }

    /** Names the request; the address must be redacted already. */
    public Builder url(String redacted) {
      url = requireNonNull(redacted, "url is null");
      return this;
    }

    /** Keeps the HTTP status. */
    public Builder status(int value) {
      status = value;
      return this;
    }

    /** Keeps what the registry said: its error code and its words. */
    public Builder answer(String errorCode, String words) {
      code = requireNonNull(errorCode, "errorCode is null");
      detail = requireNonNull(words, "words is null");
      return this;
    }

    /** Keeps how long the registry asks to wait. */
    public Builder retryAfter(Optional<String> header) {
      retryAfter = header.orElse("");
      return this;
    }

    /** Says what to do about it. */
    public Builder hint(String value) {
      hint = requireNonNull(value, "hint is null");
      return this;
    }

    /** Keeps what caused it. */
    public Builder cause(@Nullable Throwable value) {
      cause = value;
      return this;
    }

    /** The exception. */
    public RegistryException build() {
      return new RegistryException(this, text());
    }

    private String text() {
      StringBuilder text = new StringBuilder();
      if (!operation.isEmpty()) {
        text.append(operation).append(": ");
      }
      text.append(message);
      String said = detail.isEmpty() ? code : code.isEmpty() ? detail : code + ": " + detail;
      if (!said.isEmpty()) {
        text.append(": ").append(said);
      }
      String where = url.isEmpty() ? "" : url;
      if (status != 0) {
        where = where.isEmpty() ? "HTTP " + status : where + ", HTTP " + status;
      }
      if (!where.isEmpty()) {
        text.append(" (").append(where).append(')');
      }
      if (!hint.isEmpty()) {
        text.append("; ").append(hint);
      }
      return text.toString();
    }
  }
}
