package dev.janiko.registry.image;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.janiko.registry.Digest;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.json.JsonReader;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a registry serves under a tag: the manifest of one image, or an index of several. */
public sealed interface ImageDocument permits Manifest, Index {
  /** The largest document that is read, in bytes. */
  int MAX_BYTES = 4 << 20;

  /** The bytes as they were received or made; a copy. */
  byte[] bytes();

  /** Its media type. */
  String mediaType();

  /** The digest of its bytes. */
  Digest digest();

  /** The descriptor of its bytes, with nothing but the type, the digest and the size. */
  Descriptor descriptor();

  /** Notes about it. */
  Map<String, String> annotations();

  /** What it is about: a manifest that it refers to (OCI image-spec, {@code subject}). */
  Optional<Descriptor> subject();

  /** What kind of artifact it is; for an image the type of its config, or empty. */
  String artifactType();

  /** Its descriptor as lists of referrers have it: with its annotations and its artifact's type. */
  default Descriptor referrer() {
    return descriptor().withAnnotations(annotations()).withArtifactType(artifactType());
  }

  /**
   * Reads a document, whichever of the two it is.
   *
   * <p>Refused are documents that could be read two ways (both {@code layers} and {@code
   * manifests}, a {@code mediaType} that is not the one it was served under) and docker's schema 1.
   *
   * @param bytes the document
   * @param servedAs the media type it came with, or empty if that is not known
   * @throws RegistryException if it is malformed, ambiguous, too large or of an unsupported kind
   */
  static ImageDocument parse(byte[] bytes, String servedAs) throws RegistryException {
    requireNonNull(servedAs, "servedAs is null");
    if (bytes.length > MAX_BYTES) {
      throw RegistryException.invalid("manifest is larger than " + MAX_BYTES + " bytes");
    }
    ObjectNode root = JsonReader.readObject(bytes, "manifest");
    String type = typeOf(root, bare(servedAs));
    if (MediaTypes.isIndex(type)) {
      return Index.read(root, type, bytes.clone());
    }
    return Manifest.read(root, type, bytes.clone());
  }

  private static String bare(String contentType) {
    int semicolon = contentType.indexOf(';');
    String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return type.strip().toLowerCase(Locale.ROOT);
  }

  private static String typeOf(ObjectNode root, String servedAs) throws RegistryException {
    String inside = Nodes.text(root, "mediaType");
    if (MediaTypes.isSchema1(servedAs)
        || MediaTypes.isSchema1(inside)
        || root.has("fsLayers")
        || Nodes.number(root, "schemaVersion") == 1) {
      throw RegistryException.of(
              RegistryException.Kind.UNSUPPORTED, "manifest has docker's old schema 1")
          .hint("push the image again with a current tool")
          .build();
    }
    if (Nodes.number(root, "schemaVersion") != 2) {
      throw RegistryException.invalid("malformed manifest: \"schemaVersion\" is not 2");
    }
    boolean single = root.has("layers") || root.has("config");
    boolean several = root.has("manifests");
    if (single && several) {
      throw RegistryException.invalid(
          "ambiguous manifest: it is both an image (\"layers\") and an index (\"manifests\")");
    }
    boolean known = MediaTypes.isIndex(servedAs) || MediaTypes.isManifest(servedAs);
    if (!inside.isEmpty() && known && !inside.equals(servedAs)) {
      throw RegistryException.invalid(
          "ambiguous manifest: served as " + servedAs + " but says it is " + inside);
    }
    String shape = several ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST;
    String type = !inside.isEmpty() ? inside : known ? servedAs : shape;
    if (!MediaTypes.isIndex(type) && !MediaTypes.isManifest(type)) {
      throw RegistryException.of(
              RegistryException.Kind.UNSUPPORTED, "not an image: its media type is " + type)
          .build();
    }
    if (MediaTypes.isIndex(type) != several) {
      throw RegistryException.invalid(
          "ambiguous manifest: " + type + " does not fit what is in it");
    }
    return type;
  }
}
