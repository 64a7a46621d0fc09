package dev.janiko.registry.transfer;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.Digest;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.RegistryException.Kind;
import dev.janiko.registry.image.Bundle;
import dev.janiko.registry.image.Descriptor;
import dev.janiko.registry.image.ImageDocument;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.layout.OciLayout;
import dev.janiko.registry.transfer.ImageTransfer.Change;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What refers to images, in registries and layouts: signatures, lists of parts and the like. Not
 * safe for use by threads.
 */
public final class Attachments {
  private final ImageTransfer transfer;

  /** Reads and writes over these connections. */
  public Attachments(ImageTransfer transfer) {
    this.transfer = requireNonNull(transfer, "transfer is null");
  }

  /**
   * Lists what refers to an image.
   *
   * @param platform the part of an index that it is about, or empty for the whole
   * @param type the kind of artifacts to list, or empty for all
   * @throws IOException if there is no such image, or its place does not tell
   */
  public List<Descriptor> list(ImagePlace image, Optional<Platform> platform, String type)
      throws IOException {
    return list(image, transfer.document(image, platform).digest(), type);
  }

  private List<Descriptor> list(ImagePlace beside, Digest subject, String type) throws IOException {
    return switch (beside) {
      case ImagePlace.Remote remote ->
          transfer.pulling().referrers(remote.reference(), subject, type);
      case ImagePlace.Layout layout ->
          OciLayout.at(layout.folder()).referrers(subject).stream()
              .filter(entry -> type.isEmpty() || entry.artifactType().equals(type))
              .toList();
      case ImagePlace.Archive archive -> throw nothingIn(archive);
    };
  }

  private static RegistryException nothingIn(ImagePlace.Archive archive) {
    return RegistryException.of(
            Kind.UNSUPPORTED, archive + " is a docker archive, where nothing refers to images")
        .hint("use an OCI layout")
        .build();
  }

  /**
   * Keeps an artifact beside the image that it is about.
   *
   * @return the artifact's digest
   * @throws IOException if there is no such image, or the place refuses
   */
  public Digest attach(Artifact artifact, ImagePlace image) throws IOException {
    ImageDocument subject =
        image instanceof ImagePlace.Remote remote
            ? transfer.pushing().document(remote.reference())
            : transfer.document(image, Optional.empty());
    Bundle bundle = artifact.about(subject.descriptor());
    return transfer.put(bundle, List.of(beside(image, bundle.document().digest())));
  }

  private static ImagePlace beside(ImagePlace image, Digest digest) throws RegistryException {
    return switch (image) {
      case ImagePlace.Remote remote -> new ImagePlace.Remote(remote.reference().withDigest(digest));
      case ImagePlace.Layout layout -> new ImagePlace.Layout(layout.folder(), "");
      case ImagePlace.Archive archive -> throw nothingIn(archive);
    };
  }

  /**
   * Brings to an image's new places what refers to it, to its parts, and to what is brought.
   *
   * @param from where the image is
   * @param to where it is already, too
   * @return how many were brought
   * @throws IOException if not all of them are everywhere
   */
  public int bring(ImagePlace from, List<ImagePlace> to) throws IOException {
    return bring(transfer.open(from, Change.NONE), from, to, new HashSet<>());
  }

  private int bring(Bundle about, ImagePlace from, List<ImagePlace> to, Set<Digest> seen)
      throws IOException {
    int brought = 0;
    for (Descriptor entry : list(from, about.document().digest(), "")) {
      if (!seen.add(entry.digest())) {
        continue;
      }
      Bundle bundle = bundle(from, entry.digest());
      for (ImagePlace place : to) {
        var _ = transfer.put(bundle, List.of(beside(place, entry.digest())));
      }
      brought += 1 + bring(bundle, from, to, seen);
    }
    for (Bundle part : about.children()) {
      brought += bring(part, from, to, seen);
    }
    return brought;
  }

  private Bundle bundle(ImagePlace from, Digest digest) throws IOException {
    return from instanceof ImagePlace.Layout layout
        ? OciLayout.at(layout.folder()).bundle(digest)
        : transfer.open(beside(from, digest), Change.NONE);
  }
}
