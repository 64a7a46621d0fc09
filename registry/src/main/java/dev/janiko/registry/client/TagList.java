package dev.janiko.registry.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.auth.Scope;
import dev.janiko.registry.json.JsonReader;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tags of a repository, page by page (distribution-spec, "Listing Tags"). */
final class TagList {
  private static final int MAX_PAGE = 16 << 20;

  private final Endpoint endpoint;
  private final ImageReference repository;

  TagList(Endpoint endpoint, ImageReference repository) {
    this.endpoint = endpoint;
    this.repository = repository;
  }

  List<String> all() throws IOException {
    List<String> tags = new ArrayList<>();
    String first = "/v2/" + repository.repository() + "/tags/list";
    Optional<String> page = Optional.of(first + "?n=1000");
    while (page.isPresent()) {
      page = read(page.get(), tags);
    }
    return List.copyOf(tags);
  }

  private Optional<String> read(String target, List<String> tags) throws IOException {
    Call call =
        Call.of(
            "list the tags of " + repository.name(),
            "GET",
            target,
            Scope.pull(repository.repository()));
    return endpoint.send(
        call,
        status -> status == 200 || status == 404,
        answer -> {
          try (answer) {
            if (answer.status() == 404) {
              return Optional.empty();
            }
            byte[] bytes = answer.bytes(MAX_PAGE).orElseThrow(() -> wrong("it is too long"));
            JsonNode names = JsonReader.readObject(bytes, "list of tags").path("tags");
            int before = tags.size();
            names.forEach(name -> tags.add(name.asText()));
            // A page without tags that names another one could do so for ever.
            return tags.size() == before ? Optional.empty() : NextPage.of(answer);
          }
        });
  }

  private RegistryException wrong(String why) {
    return RegistryException.of(
            RegistryException.Kind.INVALID,
            "the list of the tags of " + repository.name() + " is wrong: " + why)
        .host(repository.registry())
        .build();
  }
}
