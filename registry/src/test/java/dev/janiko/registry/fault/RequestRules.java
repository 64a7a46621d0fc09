package dev.janiko.registry.fault;

import dev.janiko.registry.Digest;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks requests against the rules of the OCI distribution-spec for clients. */
public final class RequestRules {
  private static final String NAME = "[a-z0-9]+(?:[._/-][a-z0-9]+)*";
  private static final Pattern MANIFEST = Pattern.compile("/v2/(" + NAME + ")/manifests/([^/]+)");
  private static final Pattern REFERRERS = Pattern.compile("/v2/(" + NAME + ")/referrers/([^/]+)");
  private static final Pattern BLOB = Pattern.compile("/v2/(" + NAME + ")/blobs/([^/]+)");
  private static final Pattern START = Pattern.compile("/v2/(" + NAME + ")/blobs/uploads/");
  private static final Pattern SESSION = Pattern.compile("/v2/(" + NAME + ")/blobs/uploads/.+");
  private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]+)-([0-9]*)");
  private static final Pattern CONTENT_RANGE = Pattern.compile("([0-9]+)-([0-9]+)");
  private static final List<String> TYPES =
      List.of(
          "application/vnd.oci.image.manifest.v1+json",
          "application/vnd.oci.image.index.v1+json",
          "application/vnd.docker.distribution.manifest.v2+json",
          "application/vnd.docker.distribution.manifest.list.v2+json");

  private final ConcurrentLinkedQueue<String> breaches = new ConcurrentLinkedQueue<>();
  private final AtomicInteger checked = new AtomicInteger();

  /** What was wrong with which request. */
  public List<String> breaches() {
    return List.copyOf(breaches);
  }

  /** How many requests were checked. */
  public int checked() {
    return checked.get();
  }

  void check(Message request, byte[] body) {
    checked.incrementAndGet();
    URI uri = URI.create(request.target());
    String path = uri.getPath();
    Map<String, String> query = query(uri);
    require(request, request.header("Host").isPresent(), "has no Host");
    require(request, request.header("User-Agent").isPresent(), "does not say who asks");
    boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
    require(request, !reads || body.length == 0, "has a body");
    require(
        request,
        reads || request.method().equals("DELETE") || request.header("Content-Length").isPresent(),
        "has no Content-Length");
    request
        .header("Range")
        .ifPresent(
            range -> require(request, RANGE.matcher(range).matches(), "has a malformed Range"));
    Matcher manifest = MANIFEST.matcher(path);
    Matcher referrers = REFERRERS.matcher(path);
    Matcher blob = BLOB.matcher(path);
    if (path.equals("/v2/")) {
      require(request, reads, "must be a GET");
    } else if (START.matcher(path).matches()) {
      start(request, query, body);
    } else if (SESSION.matcher(path).matches()) {
      session(request, query, body);
    } else if (referrers.matches()) {
      require(request, request.method().equals("GET"), "must be a GET");
      require(request, Digest.isValid(referrers.group(2)), "has a malformed digest");
    } else if (manifest.matches()) {
      manifest(request, manifest.group(2), body);
    } else if (blob.matches()) {
      require(request, reads, "must be GET or HEAD");
      require(request, Digest.isValid(blob.group(2)), "has a malformed digest");
    } else {
      require(request, false, "is no endpoint");
    }
  }

  private void start(Message request, Map<String, String> query, byte[] body) {
    require(request, request.method().equals("POST"), "must be a POST");
    require(request, body.length == 0, "begins an upload with bytes");
    if (query.containsKey("mount")) {
      require(request, Digest.isValid(query.get("mount")), "mounts no digest");
      require(request, query.containsKey("from"), "does not say where to mount from");
      require(request, query.getOrDefault("from", "").matches(NAME), "mounts from no repository");
    }
  }

  private void session(Message request, Map<String, String> query, byte[] body) {
    switch (request.method()) {
      case "PATCH" -> {
        octets(request);
        request.header("Content-Range").ifPresent(range -> contentRange(request, range, body));
        require(request, !query.containsKey("digest"), "gives a digest too early");
      }
      case "PUT" -> {
        require(request, Digest.isValid(query.getOrDefault("digest", "")), "gives no digest");
        if (body.length > 0) {
          octets(request);
        }
      }
      case "GET", "DELETE" -> {}
      default -> require(request, false, "must be PATCH, PUT, GET or DELETE");
    }
  }

  private void octets(Message request) {
    require(
        request,
        request.header("Content-Type").orElse("").equals("application/octet-stream"),
        "is not application/octet-stream");
  }

  private void contentRange(Message request, String range, byte[] body) {
    Matcher matcher = CONTENT_RANGE.matcher(range);
    boolean good =
        matcher.matches()
            && Long.parseLong(matcher.group(2)) - Long.parseLong(matcher.group(1)) + 1
                == body.length;
    require(request, good, "has the Content-Range " + range + " for " + body.length + " bytes");
  }

  private void manifest(Message request, String reference, byte[] body) {
    require(
        request,
        TAG.matcher(reference).matches() || Digest.isValid(reference),
        "names neither tag nor digest");
    switch (request.method()) {
      case "GET", "HEAD" -> {
        String accept = request.header("Accept").orElse("");
        TYPES.forEach(type -> require(request, accept.contains(type), "does not accept " + type));
      }
      case "PUT" -> {
        String type = request.header("Content-Type").orElse("");
        ImageRules.ofDocument(body, type).forEach(breach -> require(request, false, breach));
        require(
            request,
            !Digest.isValid(reference) || Digest.parse(reference).matches(body),
            "stores another digest");
      }
      default -> require(request, false, "must be GET, HEAD or PUT");
    }
  }

  private void require(Message request, boolean good, String breach) {
    if (!good) {
      breaches.add(request.start() + " " + breach);
    }
  }

  private static Map<String, String> query(URI uri) {
    Map<String, String> all = new HashMap<>();
    if (uri.getRawQuery() != null) {
      for (String pair : uri.getRawQuery().split("&", -1)) {
        int equals = pair.indexOf('=');
        all.put(
            pair.substring(0, Math.max(equals, 0)),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return all;
  }
}
