package dev.janiko.dockerfile.text;

import java.util.regex.Pattern;

/** The user information that addresses may hold, which is not for everybody's eyes. */
public final class UserInfo {
  /** What is in front of the last {@code @} of an address's host part. */
  private static final Pattern INFORMATION =
      Pattern.compile("(?i)\\b([a-z][a-z0-9+.-]*://)[^/?#\\s\"']*@");

  private UserInfo() {}

  /** A text with the user information of all addresses in it left out. */
  public static String hidden(String text) {
    return text.indexOf('@') < 0 ? text : INFORMATION.matcher(text).replaceAll("$1");
  }
}
