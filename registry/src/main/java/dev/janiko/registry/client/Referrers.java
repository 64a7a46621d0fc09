package dev.janiko.registry.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.janiko.registry.Digest;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.RegistryException.Kind;
import dev.janiko.registry.auth.Scope;
import dev.janiko.registry.image.Descriptor;
import dev.janiko.registry.image.Family;
import dev.janiko.registry.image.ImageDocument;
import dev.janiko.registry.image.Index;
import dev.janiko.registry.image.MediaTypes;
import dev.janiko.registry.reference.ImageReference;
import dev.janiko.registry.transport.HttpAnswer;
import java.io.IOException;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What refers to an image, such as signatures (OCI distribution-spec, "Listing Referrers" and
 * "Referrers Tag Schema"). A registry that does not keep the list itself gets it under a tag made
 * of the subject's digest, which is the clients' to maintain.
 */
final class Referrers {
  private static final int MAX_PAGES = 64;

  private final RegistryClient client;
  private final Endpoint endpoint;

  Referrers(RegistryClient client, Endpoint endpoint) {
    this.client = client;
    this.endpoint = endpoint;
  }

  /** All that refer to the subject and are of the type, if one is given. */
  List<Descriptor> list(ImageReference repository, Digest subject, String type) throws IOException {
    String query = type.isEmpty() ? "" : "?artifactType=" + URLEncoder.encode(type, UTF_8);
    String first = "/v2/" + repository.repository() + "/referrers/" + subject + query;
    Optional<String> page = Optional.of(first);
    List<Descriptor> all = new ArrayList<>();
    for (int pages = 0; page.isPresent(); pages++) {
      if (pages == MAX_PAGES) {
        throw RegistryException.invalid("the list of what refers to " + subject + " has no end");
      }
      Optional<Page> found = page(repository, page.get());
      if (found.isEmpty()) {
        all.addAll(tagged(repository, subject).manifests());
        break;
      }
      all.addAll(found.get().entries());
      page = found.get().next();
    }
    // Registries need not filter, and lists under tags are whole.
    return all.stream()
        .filter(entry -> type.isEmpty() || entry.artifactType().equals(type))
        .distinct()
        .toList();
  }

  private record Page(List<Descriptor> entries, Optional<String> next) {}

  /** Empty if the registry keeps no such lists. */
  private Optional<Page> page(ImageReference repository, String target) throws IOException {
    Call call =
        Call.of("list referrers", "GET", target, Scope.pull(repository.repository()))
            .header("Accept", MediaTypes.OCI_INDEX);
    return endpoint.send(
        call,
        status -> status == 200 || status == 400 || status == 404 || status == 405,
        answer -> {
          try (answer) {
            return answer.status() == 200 ? Optional.of(parsed(answer)) : Optional.empty();
          }
        });
  }

  private Page parsed(HttpAnswer answer) throws IOException {
    byte[] bytes =
        answer
            .bytes(ImageDocument.MAX_BYTES)
            .orElseThrow(() -> RegistryException.invalid("the list of referrers is too large"));
    return new Page(Index.parse(bytes, MediaTypes.OCI_INDEX).manifests(), NextPage.of(answer));
  }

  /** Notes the document, which was just stored, in the list of its subject. */
  void note(ImageReference repository, ImageDocument document, Digest subject) throws IOException {
    Index before = tagged(repository, subject);
    Descriptor entry = document.referrer();
    if (before.manifests().stream().anyMatch(one -> one.digest().equals(entry.digest()))) {
      return;
    }
    List<Descriptor> entries = new ArrayList<>(before.manifests());
    entries.add(entry);
    client.putManifest(
        repository.withTag(tag(subject)), Index.of(Family.OCI, entries, before.annotations()));
  }

  private Index tagged(ImageReference repository, Digest subject) throws IOException {
    try {
      ImageDocument found = client.ownDocument(repository.withTag(tag(subject)));
      if (found instanceof Index index) {
        return index;
      }
      throw RegistryException.invalid(
          "the tag " + tag(subject) + " of " + repository.name() + " is no list of referrers");
    } catch (RegistryException e) {
      if (e.kind() != Kind.NOT_FOUND) {
        throw e;
      }
      return Index.of(Family.OCI, List.of(), Map.of());
    }
  }

  private static String tag(Digest subject) {
    return subject.toString().replace(':', '-');
  }
}
