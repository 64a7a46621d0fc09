package dev.janiko.builder.bucket;

import java.util.Optional;

/**
 * Who asks Amazon.
 *
 * @param id the access key's name
 * @param secret the access key
 * @param token of a session, if the key belongs to one
 * @param source where it was found, for messages
 */
record AmazonCredentials(String id, String secret, Optional<String> token, String source) {
  @Override
  public String toString() {
    return "AmazonCredentials[" + source + "]";
  }
}
