package dev.janiko.registry.layout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.janiko.registry.Digest;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.Together;
import dev.janiko.registry.image.BlobCopy;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Bundle;
import dev.janiko.registry.image.Descriptor;
import dev.janiko.registry.image.Family;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.ImageConfig;
import dev.janiko.registry.image.ImageDocument;
import dev.janiko.registry.image.Index;
import dev.janiko.registry.image.Manifest;
import dev.janiko.registry.image.Platform;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** A folder that holds images as the OCI image layout has it. */
public final class OciLayout {
  /** The annotation that names an image within a layout. */
  public static final String REF_NAME = "org.opencontainers.image.ref.name";

  private static final String MARK = "oci-layout";
  private static final String INDEX = "index.json";
  private static final int MAX_NESTING = 3;
  private static final int WIDTH = 6;

  private final Path folder;

  private OciLayout(Path folder) {
    this.folder = requireNonNull(folder, "folder is null");
  }

  /** The layout in the folder, which may not exist yet. */
  public static OciLayout at(Path folder) {
    return new OciLayout(folder);
  }

  /**
   * Adds an image. An image that has the same name in the layout is replaced; others stay. A
   * failure, or the end of the process, leaves the layout as it was.
   *
   * @param name the image's name in the layout, such as {@code latest}, or empty for none
   * @throws IOException if a blob cannot be read or is wrong, or the folder cannot be written
   */
  public void write(Image image, String name) throws IOException {
    write(
        Bundle.of(image),
        name,
        image.manifest().descriptor().withPlatform(image.config().platform()));
  }

  /**
   * Adds a manifest or index with all that it names, byte for byte. What has the same name in the
   * layout is replaced; the rest stays.
   *
   * @param name the name in the layout, such as {@code latest}, or empty for none
   * @throws IOException if a blob cannot be read or is wrong, or the folder cannot be written
   */
  public void write(Bundle bundle, String name) throws IOException {
    ImageDocument document = bundle.document();
    write(
        bundle, name, document.subject().isPresent() ? document.referrer() : document.descriptor());
  }

  private void write(Bundle bundle, String name, Descriptor own) throws IOException {
    List<Descriptor> entries = new ArrayList<>();
    for (Descriptor entry : Files.exists(folder.resolve(INDEX)) ? index().manifests() : noEntry()) {
      boolean same = entry.annotations().getOrDefault(REF_NAME, "").equals(name);
      boolean replaced = same && (!name.isEmpty() || entry.digest().equals(own.digest()));
      if (!replaced) {
        entries.add(entry);
      }
    }
    Files.createDirectories(folder);
    put(bundle);
    entries.add(name.isEmpty() ? own : own.withAnnotations(Map.of(REF_NAME, name)));
    replace(folder.resolve(MARK), "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(UTF_8));
    replace(folder.resolve(INDEX), Index.of(Family.OCI, entries).bytes());
  }

  private void put(Bundle bundle) throws IOException {
    Map<Digest, Callable<Boolean>> blobs = new LinkedHashMap<>();
    for (BlobSource blob : bundle.allBlobs()) {
      blobs.put(
          blob.descriptor().digest(),
          () -> {
            put(blob);
            return true;
          });
    }
    Together.run(WIDTH, List.copyOf(blobs.values()));
    putDocuments(bundle);
  }

  private void putDocuments(Bundle bundle) throws IOException {
    for (Bundle child : bundle.children()) {
      putDocuments(child);
    }
    put(BlobSource.ofBytes(bundle.document().mediaType(), bundle.document().bytes()));
  }

  private static List<Descriptor> noEntry() {
    return List.of();
  }

  /**
   * The index of the layout.
   *
   * @throws IOException if the folder is no layout
   */
  public Index index() throws IOException {
    return Index.parse(read(folder.resolve(INDEX)), "");
  }

  /** The entries of a name; without one all, but for what refers to others. */
  private List<Descriptor> named(String name) throws IOException {
    List<Descriptor> found = new ArrayList<>(index().manifests());
    if (!name.isEmpty()) {
      found.removeIf(entry -> !name.equals(entry.annotations().getOrDefault(REF_NAME, "")));
    } else if (found.size() > 1) {
      List<Descriptor> subjects = new ArrayList<>();
      for (Descriptor entry : found) {
        if (document(entry).subject().isEmpty()) {
          subjects.add(entry);
        }
      }
      return subjects.isEmpty() ? found : subjects;
    }
    return found;
  }

  /**
   * What refers to a manifest or index, as the layout's own index names it.
   *
   * @throws IOException if the folder is no layout, or lacks what it names
   */
  public List<Descriptor> referrers(Digest subject) throws IOException {
    List<Descriptor> found = new ArrayList<>();
    for (Descriptor entry : index().manifests()) {
      ImageDocument document = document(entry);
      if (document.subject().filter(about -> about.digest().equals(subject)).isPresent()) {
        found.add(document.referrer());
      }
    }
    return List.copyOf(found);
  }

  /**
   * Reads an image; its manifest and its config are verified, its layers when they are read.
   *
   * @param name the image's name in the layout, or empty if it holds only one
   * @param platform which of several images the name may lead to
   * @throws IOException if there is none, or it is not usable
   */
  public Image read(String name, Platform platform) throws IOException {
    List<Descriptor> named = named(name);
    Descriptor entry =
        named.size() == 1
            ? named.getFirst()
            : Index.of(Family.OCI, named).select(platform).orElseThrow(() -> missing(name));
    ImageDocument document = document(entry);
    return image(document, platform, () -> missing(name));
  }

  /**
   * Reads an image by the digest of its manifest, or of an index that leads to it; the layout's own
   * index need not name it.
   *
   * @throws IOException if there is none, or it is not usable
   */
  public Image read(Digest digest, Platform platform) throws IOException {
    return image(document(digest), platform, () -> missing(digest.toString()));
  }

  /**
   * Reads a manifest or index with all that it names, by its digest; the layout's own index need
   * not name it.
   *
   * @throws IOException if there is none, or it is not usable
   */
  public Bundle bundle(Digest digest) throws IOException {
    return bundle(document(digest), 0);
  }

  private ImageDocument document(Digest digest) throws IOException {
    Path file = file(digest);
    if (!Files.exists(file)) {
      throw missing(digest.toString());
    }
    return ImageDocument.parse(bytes(Descriptor.of("", digest, Files.size(file))), "");
  }

  private Image image(ImageDocument found, Platform platform, Supplier<RegistryException> missing)
      throws IOException {
    ImageDocument document = found;
    if (document instanceof Index nested) {
      document = document(nested.select(platform).orElseThrow(missing));
    }
    if (!(document instanceof Manifest manifest)) {
      throw RegistryException.invalid("indexes in " + folder + " are nested too deeply");
    }
    byte[] config = bytes(manifest.config());
    List<BlobSource> layers =
        manifest.layers().stream().map(layer -> BlobSource.ofFile(layer, file(layer))).toList();
    try {
      return new Image(manifest, ImageConfig.parse(config), layers);
    } catch (IllegalArgumentException e) {
      throw RegistryException.invalid("image in " + folder + " is wrong: " + e.getMessage(), e);
    }
  }

  /**
   * Reads a manifest or index with all that it names; blobs are verified when they are read.
   *
   * @param name its name in the layout, or empty if it holds only one
   * @throws IOException if there is none, or several, or it is not usable
   */
  public Bundle bundle(String name) throws IOException {
    List<Descriptor> named = named(name);
    if (named.isEmpty()) {
      throw missing(name);
    }
    if (named.size() > 1) {
      throw RegistryException.of(
              RegistryException.Kind.NOT_FOUND, "layout " + folder + " holds several images")
          .hint("name one of them: oci:" + folder + ":NAME")
          .build();
    }
    return bundle(document(named.getFirst()), 0);
  }

  private Bundle bundle(ImageDocument document, int level) throws IOException {
    if (level > MAX_NESTING) {
      throw RegistryException.invalid("indexes in " + folder + " are nested too deeply");
    }
    List<BlobSource> blobs = new ArrayList<>();
    List<Bundle> children = new ArrayList<>();
    switch (document) {
      case Manifest manifest -> {
        manifest.layers().forEach(layer -> blobs.add(BlobSource.ofFile(layer, file(layer))));
        blobs.add(BlobSource.ofFile(manifest.config(), file(manifest.config())));
      }
      case Index index -> {
        for (Descriptor entry : index.manifests()) {
          children.add(bundle(document(entry), level + 1));
        }
      }
    }
    return new Bundle(document, blobs, children);
  }

  private RegistryException missing(String name) {
    return RegistryException.of(
            RegistryException.Kind.NOT_FOUND,
            "no such image in layout " + folder + (name.isEmpty() ? "" : ": " + name))
        .build();
  }

  private ImageDocument document(Descriptor entry) throws IOException {
    return ImageDocument.parse(bytes(entry), entry.mediaType());
  }

  private byte[] bytes(Descriptor descriptor) throws IOException {
    if (descriptor.size() > ImageDocument.MAX_BYTES) {
      throw RegistryException.invalid("blob " + descriptor.digest() + " is too large");
    }
    byte[] bytes = read(file(descriptor));
    if (!descriptor.digest().matches(bytes)) {
      throw RegistryException.invalid(
          "blob " + descriptor.digest() + " in " + folder + " has another digest");
    }
    return bytes;
  }

  private byte[] read(Path file) throws IOException {
    try {
      if (Files.size(file) > ImageDocument.MAX_BYTES) {
        throw RegistryException.invalid(file + " is too large");
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw RegistryException.of(
              RegistryException.Kind.NOT_FOUND, folder + " is not a whole OCI layout")
          .hint("it lacks " + folder.relativize(file))
          .cause(e)
          .build();
    }
  }

  private Path file(Descriptor descriptor) {
    return file(descriptor.digest());
  }

  private Path file(Digest digest) {
    return folder.resolve("blobs").resolve(digest.algorithm()).resolve(digest.hex());
  }

  private void put(BlobSource blob) throws IOException {
    Path file = file(blob.descriptor());
    Optional<Long> present = Files.exists(file) ? Optional.of(Files.size(file)) : Optional.empty();
    if (!present.equals(Optional.of(blob.descriptor().size()))) {
      Files.createDirectories(
          folder.resolve("blobs").resolve(blob.descriptor().digest().algorithm()));
      publish(file, out -> BlobCopy.copy(blob, out));
    }
  }

  private static void replace(Path file, byte[] bytes) throws IOException {
    publish(file, out -> out.write(bytes));
  }

  private static void publish(Path file, Writing writing) throws IOException {
    Path part = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
    try {
      try (OutputStream out = Files.newOutputStream(part)) {
        writing.writeTo(out);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private interface Writing {
    void writeTo(OutputStream out) throws IOException;
  }
}
