package dev.janiko.registry.client;

import dev.janiko.registry.RegistryException;
import dev.janiko.registry.RegistryException.Kind;
import dev.janiko.registry.transport.ErrorAnswer;
import dev.janiko.registry.transport.HttpAnswer;
import dev.janiko.registry.transport.Redirects;
import dev.janiko.registry.transport.RetryPolicy;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/** Turns what went wrong into an exception with words for the user. */
final class Refusal {
  private Refusal() {}

  /** The exception for an answer that is none of those hoped for. */
  static RegistryException of(Call call, String host, HttpAnswer answer, String identity) {
    int status = answer.status();
    ErrorAnswer said = ErrorAnswer.of(answer);
    Kind kind = kind(status, said.code());
    return RegistryException.of(kind, what(kind, host))
        .host(host)
        .operation(call.operation())
        .url(Redirects.redacted(answer.uri()))
        .status(status)
        .answer(said.code(), said.words())
        .retryAfter(answer.header("Retry-After"))
        .hint(hint(kind, call, identity))
        .build();
  }

  private static Kind kind(int status, String code) {
    if (code.equals("DENIED")) {
      return Kind.DENIED;
    }
    return switch (status) {
      case 401 -> Kind.UNAUTHORIZED;
      case 403 -> Kind.DENIED;
      case 404 -> Kind.NOT_FOUND;
      default -> RetryPolicy.isTransient(status) ? Kind.UNAVAILABLE : Kind.REFUSED;
    };
  }

  private static String what(Kind kind, String host) {
    return switch (kind) {
      case UNAUTHORIZED, DENIED -> "access denied by " + host;
      case NOT_FOUND -> "not found in " + host;
      case UNAVAILABLE -> host + " cannot serve it now";
      default -> "refused by " + host;
    };
  }

  private static String hint(Kind kind, Call call, String identity) {
    return switch (kind) {
      case UNAUTHORIZED, DENIED -> identity;
      case NOT_FOUND ->
          call.method().equals("GET") || call.method().equals("HEAD")
              ? "check the name and the tag; " + identity
              : "the repository may have to be made first";
      default -> "";
    };
  }

  /** The exception for an answer that never came. */
  static RegistryException unreachable(Call call, String host, IOException cause) {
    String why = why(cause);
    String hint =
        cause instanceof SSLException
            ? "if it speaks plain HTTP or has a certificate of its own, allow that for this host"
            : "check the host and its port, and the proxy if there is one";
    return RegistryException.of(Kind.UNREACHABLE, "registry " + host + " does not answer: " + why)
        .host(host)
        .operation(call.operation())
        .hint(hint)
        .cause(cause)
        .build();
  }

  /** No switch: the first one upon types takes the runtime longer than a request takes. */
  private static String why(IOException cause) {
    if (cause instanceof UnknownHostException) {
      return "its name is not known";
    }
    if (cause instanceof SocketTimeoutException) {
      return "it took too long";
    }
    if (cause instanceof ConnectException) {
      return "connection refused";
    }
    String message = ErrorAnswer.clean(String.valueOf(cause.getMessage()));
    return cause instanceof SSLException ? "TLS failed: " + message : message;
  }
}
