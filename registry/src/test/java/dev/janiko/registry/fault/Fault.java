package dev.janiko.registry.fault;

/** What the proxy does with one request. */
enum Fault {
  NONE,
  /** The connection is reset after some tenths of the request's body. */
  RESET_IN_REQUEST,
  /** The connection is reset after some tenths of the answer's body. */
  RESET_IN_ANSWER,
  /** The connection is closed in order after some tenths of the answer's body. */
  TRUNCATED,
  /** No answer comes, for longer than the client waits for one. */
  SILENT,
  /** The answer stops in its body, for longer than the client waits. */
  STALLED,
  /** The answer comes a byte now and a byte then. */
  SLOW,
  /** One byte of the answer is another one. */
  WRONG_BYTE,
  INTERNAL_ERROR,
  BAD_GATEWAY,
  UNAVAILABLE,
  /** 429 with Retry-After. */
  TOO_MANY,
  /** The registry does it, but its answer is lost. */
  LOST_ANSWER,
  /** All tokens so far are over. */
  EXPIRED,
  /** 416 to an upload. */
  BAD_RANGE,
  /** The registry begins an upload where it was asked to mount. */
  DROPPED_MOUNT,
  DUPLICATE_HEADERS,
  MISSING_HEADERS
}
