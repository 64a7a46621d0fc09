package dev.janiko.registry.transfer;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.Digest;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.RegistryException.Kind;
import dev.janiko.registry.archive.ArchiveReader;
import dev.janiko.registry.archive.DockerArchive;
import dev.janiko.registry.client.Pusher;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Bundle;
import dev.janiko.registry.image.Descriptor;
import dev.janiko.registry.image.Family;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.ImageConfig;
import dev.janiko.registry.image.ImageDocument;
import dev.janiko.registry.image.Index;
import dev.janiko.registry.image.Manifest;
import dev.janiko.registry.image.MediaTypes;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.layout.OciLayout;
import dev.janiko.registry.reference.ImageReference;
import dev.janiko.registry.reference.InvalidReferenceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Brings images from one place to others. From registry to registry, blobs are never on this
 * machine's disk. Must be closed, which removes what was unpacked meanwhile; not safe for use by
 * threads.
 */
public final class ImageTransfer implements AutoCloseable {
  private final RegistryClient pull;
  private final RegistryClient push;
  private final List<ArchiveReader> archives = new ArrayList<>();
  private final List<Path> work = new ArrayList<>();

  private ImageTransfer(RegistryClient pull, RegistryClient push) {
    this.pull = requireNonNull(pull, "pull is null");
    this.push = requireNonNull(push, "push is null");
  }

  /** Sets up transfers; both clients may be the same. */
  public static ImageTransfer create(RegistryClient pull, RegistryClient push) {
    return new ImageTransfer(pull, push);
  }

  /**
   * What becomes of an image on its way. Without any of it, it stays the same byte for byte.
   *
   * @param platform the part of an index to take
   * @param family the format to convert to
   * @param annotations annotations to add
   */
  public record Change(
      Optional<Platform> platform, Optional<Family> family, Map<String, String> annotations) {
    /** No change. */
    public static final Change NONE = new Change(Optional.empty(), Optional.empty(), Map.of());

    /** Makes the map immutable. */
    public Change {
      requireNonNull(platform, "platform is null");
      requireNonNull(family, "family is null");
      annotations = Map.copyOf(annotations);
    }
  }

  /**
   * Opens an image. What is read from it later must be read before this is closed.
   *
   * @throws IOException if there is none, or it is not usable
   */
  public Bundle open(ImagePlace place, Change change) throws IOException {
    Bundle bundle = opened(place, change);
    if (change.platform().isPresent()) {
      bundle = bundle.select(change.platform().get());
    }
    if (change.family().isPresent()) {
      bundle = bundle.as(change.family().get());
    }
    return bundle.withAnnotations(change.annotations());
  }

  /** No switch: the first one upon types takes the runtime longer than a request takes. */
  private Bundle opened(ImagePlace place, Change change) throws IOException {
    if (place instanceof ImagePlace.Remote remote) {
      return open(remote.reference(), change.platform());
    }
    if (place instanceof ImagePlace.Layout layout) {
      return OciLayout.at(layout.folder()).bundle(layout.name());
    }
    ImagePlace.Archive archive = (ImagePlace.Archive) place;
    return Bundle.of(open(archive, change.family().orElse(Family.OCI)));
  }

  /**
   * The manifest or index that is at a place, without what it names.
   *
   * @param platform the part of an index to take
   * @throws IOException if there is none, or it is not usable
   */
  public ImageDocument document(ImagePlace place, Optional<Platform> platform) throws IOException {
    if (place instanceof ImagePlace.Remote remote) {
      return platform.isPresent()
          ? pull.resolve(remote.reference(), platform.get()).manifest()
          : pull.document(remote.reference());
    }
    return open(place, new Change(platform, Optional.empty(), Map.of())).document();
  }

  /** Only the part of an index that is wanted is asked for. */
  private Bundle open(ImageReference reference, Optional<Platform> platform) throws IOException {
    if (platform.isEmpty()) {
      return pull.bundle(reference);
    }
    return pull.bundle(
        reference.withDigest(pull.resolve(reference, platform.get()).manifest().digest()));
  }

  private Image open(ImagePlace.Archive archive, Family family) throws IOException {
    // Images that hold one program have no such folder.
    Path place = Files.createDirectories(Path.of(System.getProperty("java.io.tmpdir")));
    Path folder = Files.createTempDirectory(place, "janiko");
    work.add(folder);
    ArchiveReader reader = ArchiveReader.open(archive.file(), folder);
    archives.add(reader);
    return reader.image(archive.name(), family);
  }

  /** What images are pulled with. */
  RegistryClient pulling() {
    return pull;
  }

  /** What images are pushed with. */
  RegistryClient pushing() {
    return push;
  }

  /**
   * Brings a bundle to places.
   *
   * @return its digest
   * @throws IOException if it is not in all of them
   */
  public Digest put(Bundle bundle, List<ImagePlace> places) throws IOException {
    try (Pusher pusher = Pusher.create(push, remotes(places))) {
      return put(bundle, places, pusher);
    }
  }

  private static List<ImageReference> remotes(List<ImagePlace> places) {
    return places.stream()
        .filter(ImagePlace.Remote.class::isInstance)
        .map(place -> ((ImagePlace.Remote) place).reference())
        .toList();
  }

  private static Digest put(Bundle bundle, List<ImagePlace> places, Pusher pusher)
      throws IOException {
    for (ImagePlace place : places) {
      if (place instanceof ImagePlace.Layout layout) {
        OciLayout.at(layout.folder()).write(bundle, layout.name());
      } else if (place instanceof ImagePlace.Archive archive) {
        write(bundle, archive);
      }
    }
    if (places.stream().anyMatch(ImagePlace.Remote.class::isInstance)) {
      pusher.finish(bundle);
    }
    return bundle.document().digest();
  }

  /**
   * Brings an image from one place to others.
   *
   * @return the digest that it has there
   * @throws IOException if it is not in all of them
   */
  public Digest copy(ImagePlace from, List<ImagePlace> to, Change change) throws IOException {
    Change wanted = change;
    boolean toArchive = to.stream().anyMatch(ImagePlace.Archive.class::isInstance);
    if (toArchive && change.platform().isEmpty()) {
      // An archive holds one image.
      wanted = new Change(Optional.of(Platform.host()), change.family(), change.annotations());
    }
    try (Pusher pusher = Pusher.create(push, remotes(to))) {
      pusher.greet();
      return put(open(from, wanted), to, pusher);
    }
  }

  private static void write(Bundle bundle, ImagePlace.Archive archive) throws IOException {
    List<ImageReference> names = new ArrayList<>();
    if (!archive.name().isEmpty()) {
      try {
        names.add(ImageReference.parse(archive.name()));
      } catch (InvalidReferenceException e) {
        throw RegistryException.invalid("not a name for an image: " + archive.name(), e);
      }
    }
    DockerArchive.write(archive.file(), image(bundle), names);
  }

  private static Image image(Bundle bundle) throws IOException {
    if (!(bundle.document() instanceof Manifest manifest)) {
      throw RegistryException.of(Kind.UNSUPPORTED, "a docker archive holds one image, no index")
          .hint("choose one with --platform")
          .build();
    }
    List<BlobSource> blobs = bundle.blobs();
    try {
      return new Image(manifest, config(bundle), blobs.subList(0, blobs.size() - 1));
    } catch (IllegalArgumentException e) {
      throw RegistryException.invalid("image is wrong: " + e.getMessage(), e);
    }
  }

  /**
   * The config of a bundle of one image.
   *
   * @throws IOException if it is no image, or the config cannot be read
   */
  public static ImageConfig config(Bundle bundle) throws IOException {
    BlobSource blob = bundle.blobs().isEmpty() ? null : bundle.blobs().getLast();
    if (blob == null || !MediaTypes.isConfig(blob.descriptor().mediaType())) {
      throw RegistryException.of(
              Kind.UNSUPPORTED, bundle.document().digest() + " is not a container image")
          .build();
    }
    if (blob.descriptor().size() > ImageConfig.MAX_BYTES) {
      throw RegistryException.invalid("the config is too large");
    }
    try (InputStream in = blob.open()) {
      return ImageConfig.parse(in.readAllBytes());
    }
  }

  /**
   * Makes an index of images and of what indexes name.
   *
   * @param parts where they are
   * @param family its format; docker's if empty and all parts are docker's
   * @param annotations annotations of the index
   * @throws IOException if a part cannot be read, or two are for the same platform
   */
  public Bundle index(
      List<ImagePlace> parts, Optional<Family> family, Map<String, String> annotations)
      throws IOException {
    Map<Descriptor, Bundle> entries = new LinkedHashMap<>();
    boolean docker = annotations.isEmpty();
    for (ImagePlace part : parts) {
      Bundle bundle = open(part, Change.NONE);
      docker &= Family.ofDocument(bundle.document().mediaType()) == Family.DOCKER;
      switch (bundle.document()) {
        case Manifest manifest ->
            entries.put(manifest.descriptor().withPlatform(config(bundle).platform()), bundle);
        case Index index -> {
          for (int i = 0; i < index.manifests().size(); i++) {
            entries.put(index.manifests().get(i), bundle.children().get(i));
          }
        }
      }
    }
    checkPlatforms(entries.keySet());
    ImageDocument index =
        Index.of(
            family.orElse(docker ? Family.DOCKER : Family.OCI),
            List.copyOf(entries.keySet()),
            annotations);
    return new Bundle(index, List.of(), List.copyOf(entries.values()));
  }

  private static void checkPlatforms(Collection<Descriptor> entries) throws RegistryException {
    Map<Platform, Digest> seen = new LinkedHashMap<>();
    for (Descriptor entry : entries) {
      Optional<Platform> platform = entry.platform().filter(p -> !p.os().equals("unknown"));
      Digest before = platform.isEmpty() ? null : seen.put(platform.get(), entry.digest());
      if (before != null && !before.equals(entry.digest())) {
        throw RegistryException.of(
                Kind.INVALID,
                "two images for " + platform.get() + ": " + before + " and " + entry.digest())
            .hint("leave one of them out")
            .build();
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (ArchiveReader archive : archives) {
      archive.close();
    }
    for (Path folder : work) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
