package dev.janiko.registry.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.registry.Digest;
import dev.janiko.registry.auth.CredentialStore;
import dev.janiko.registry.client.Pusher;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.client.TransferListener;
import dev.janiko.registry.fault.FaultProxy;
import dev.janiko.registry.fault.ImageRules;
import dev.janiko.registry.image.Bundle;
import dev.janiko.registry.image.Descriptor;
import dev.janiko.registry.image.Family;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.ImageDocument;
import dev.janiko.registry.image.Index;
import dev.janiko.registry.image.Manifest;
import dev.janiko.registry.reference.ImageReference;
import dev.janiko.registry.support.RealRegistry;
import dev.janiko.registry.support.ScriptedServer;
import dev.janiko.registry.support.ScriptedServer.Answer;
import dev.janiko.registry.support.ScriptedServer.Asked;
import dev.janiko.registry.support.TestImages;
import dev.janiko.registry.transfer.ImageTransfer.Change;
import dev.janiko.registry.transport.TransportOptions;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReferrersTest {
  private static final String PARTS = "application/spdx+json";
  private static final String NOTE = "application/vnd.example.note";

  @TempDir Path temp;

  private static RegistryClient client() {
    return RegistryClient.create(
        TransportOptions.of(Map.of()), CredentialStore.anonymous(), TransferListener.none());
  }

  @Test
  void registriesThatKeepNoListsGetThemUnderATag() throws Exception {
    Path file = Files.writeString(temp.resolve("parts.json"), "{}");
    Path data = Files.createDirectory(temp.resolve("data"));
    try (RealRegistry registry = RealRegistry.open(data);
        FaultProxy proxy = new FaultProxy(registry.port(), 1, 0, 1000);
        RegistryClient client = client();
        ImageTransfer transfer = ImageTransfer.create(client, client)) {
      ImageReference image = ImageReference.parse(proxy.host() + "/team/app:1");
      Image pushed = TestImages.random(1, 1, 100);
      Pusher.push(client, pushed, List.of(image));
      Attachments attached = new Attachments(transfer);
      assertThat(attached.list(place(image), Optional.empty(), "")).isEmpty();
      Digest parts =
          attached.attach(new Artifact(PARTS, Map.of(file, PARTS), Map.of()), place(image));
      Digest note = attached.attach(new Artifact(NOTE, Map.of(), Map.of("k", "v")), place(image));
      assertThat(attached.attach(new Artifact(NOTE, Map.of(), Map.of("k", "v")), place(image)))
          .isEqualTo(note);
      assertThat(attached.list(place(image), Optional.empty(), ""))
          .extracting(Descriptor::digest)
          .containsExactly(parts, note);
      assertThat(attached.list(place(image), Optional.empty(), NOTE))
          .singleElement()
          .satisfies(entry -> assertThat(entry.annotations()).isEqualTo(Map.of("k", "v")));
      checkArtifact(client, image, parts, pushed);
      String tag = pushed.digest().toString().replace(':', '-');
      ImageDocument list = client.document(image.withTag(tag));
      assertThat(ImageRules.ofDocument(list.bytes(), list.mediaType())).isEmpty();

      // What refers to an image is listed at its new place, too.
      ImageReference other = ImageReference.parse(proxy.host() + "/other/app:1");
      transfer.copy(place(image), List.of(place(other)), Change.NONE);
      transfer.copy(
          place(image.withDigest(note)), List.of(place(other.withTag("note"))), Change.NONE);
      assertThat(attached.list(place(other), Optional.empty(), ""))
          .extracting(Descriptor::digest)
          .containsExactly(note);
      assertThat(proxy.rules().breaches()).isEmpty();
    }
  }

  @Test
  void whatRefersToAnImageGoesWithItThroughALayout() throws Exception {
    Path data = Files.createDirectory(temp.resolve("data"));
    ImagePlace layout = new ImagePlace.Layout(temp.resolve("layout"), "");
    try (RealRegistry registry = RealRegistry.open(data);
        RegistryClient client = client();
        ImageTransfer transfer = ImageTransfer.create(client, client)) {
      Image one = TestImages.random(5, 1, 100);
      Image two = TestImages.random(6, 1, 100);
      ImagePlace first = place(ImageReference.parse(registry.host() + "/first/app:1"));
      Bundle index =
          new Bundle(
              Index.of(
                  Family.OCI, List.of(one.manifest().descriptor(), two.manifest().descriptor())),
              List.of(),
              List.of(Bundle.of(one), Bundle.of(two)));
      transfer.put(index, List.of(first));
      Attachments attached = new Attachments(transfer);
      Digest note = attached.attach(new Artifact(NOTE, Map.of(), Map.of("a", "b")), first);
      ImagePlace part = place(ImageReference.parse(registry.host() + "/first/app@" + one.digest()));
      Digest below = attached.attach(new Artifact(NOTE, Map.of(), Map.of("c", "d")), part);
      ImagePlace noted = place(ImageReference.parse(registry.host() + "/first/app@" + note));
      Digest upon = attached.attach(new Artifact(PARTS, Map.of(), Map.of("e", "f")), noted);

      transfer.copy(first, List.of(layout), Change.NONE);
      assertThat(attached.list(layout, Optional.empty(), "")).isEmpty();
      assertThat(attached.bring(first, List.of(layout))).isEqualTo(3);
      assertThat(attached.bring(first, List.of(layout))).isEqualTo(3);
      assertThat(attached.list(layout, Optional.empty(), NOTE))
          .singleElement()
          .isEqualTo(attached.list(first, Optional.empty(), "").getFirst());
      assertThat(attached.list(layout, Optional.empty(), PARTS)).isEmpty();
      Digest local = attached.attach(new Artifact(PARTS, Map.of(), Map.of("g", "h")), layout);

      // Without a name, the layout's only image is meant still.
      ImagePlace last = place(ImageReference.parse(registry.host() + "/last/app:1"));
      assertThat(transfer.copy(layout, List.of(last), Change.NONE))
          .isEqualTo(index.document().digest());
      assertThat(attached.bring(layout, List.of(last))).isEqualTo(4);
      assertThat(attached.list(last, Optional.empty(), ""))
          .extracting(Descriptor::digest)
          .containsExactlyInAnyOrder(note, local);
      for (Digest digest : List.of(below, upon)) {
        ImageReference moved = ImageReference.parse(registry.host() + "/last/app@" + digest);
        assertThat(client.document(moved).digest()).isEqualTo(digest);
      }
      assertThatThrownBy(() ->
              attached.bring(last, List.of(new ImagePlace.Archive(temp.resolve("a.tar"), ""))))
          .hasMessageContaining("docker archive");
    }
  }

  private static ImagePlace place(ImageReference reference) {
    return new ImagePlace.Remote(reference);
  }

  private static void checkArtifact(
      RegistryClient client, ImageReference image, Digest digest, Image subject) throws Exception {
    Manifest artifact = (Manifest) client.document(image.withDigest(digest));
    assertThat(ImageRules.ofDocument(artifact.bytes(), artifact.mediaType())).isEmpty();
    assertThat(artifact.subject()).contains(subject.manifest().descriptor());
    assertThat(artifact.artifactType()).isEqualTo(PARTS);
    Descriptor kept = artifact.layers().getFirst();
    assertThat(kept.annotations()).containsEntry("org.opencontainers.image.title", "parts.json");
    try (InputStream in = client.blob(image, kept)) {
      assertThat(in.readAllBytes()).asString().isEqualTo("{}");
    }
  }

  @Test
  void registriesThatKeepListsAreAskedPageByPage() throws Exception {
    Image image = TestImages.random(2, 1, 100);
    Manifest one = note(image, "1");
    Manifest two = note(image, "2");
    try (ScriptedServer server = ScriptedServer.start(asked -> answer(asked, image, one, two));
        RegistryClient client = client()) {
      ImageReference reference = ImageReference.parse(server.host() + "/app:1");
      client.putManifest(reference.withDigest(one.digest()), one);
      assertThat(server.asked()).extracting(Asked::method).containsExactly("PUT");
      assertThat(client.referrers(reference, image.digest(), NOTE))
          .containsExactly(one.referrer(), two.referrer());
      assertThat(server.asked().get(1).uri())
          .endsWith(
              "/referrers/" + image.digest() + "?artifactType=application%2Fvnd.example.note");
    }
  }

  private static Manifest note(Image image, String text) {
    return Manifest.artifact(NOTE, image.manifest().descriptor(), List.of(), Map.of("text", text));
  }

  private static Answer answer(Asked asked, Image image, Manifest one, Manifest two) {
    if (asked.method().equals("PUT")) {
      return Answer.of(201).with("OCI-Subject", image.digest().toString());
    }
    boolean first = !asked.uri().contains("last=");
    Descriptor other = one.referrer().withArtifactType("application/vnd.example.other");
    List<Descriptor> entries = first ? List.of(one.referrer(), other) : List.of(two.referrer());
    Answer page = Answer.of(200, Index.of(Family.OCI, entries).bytes());
    return first
        ? page.with("Link", "<" + asked.uri().replaceFirst("\\?.*", "") + "?last=1>; rel=\"next\"")
        : page;
  }

  @Test
  void listsAreJson() throws Exception {
    Image image = TestImages.random(3, 1, 100);
    String json = new String(Inspection.json(List.of(note(image, "1").referrer())), UTF_8);
    assertThat(json).contains("\"artifactType\": \"" + NOTE + "\"", "\"text\": \"1\"");
    assertThat(image.manifest().subject()).isEqualTo(Optional.empty());
  }
}
