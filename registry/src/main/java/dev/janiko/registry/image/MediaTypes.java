package dev.janiko.registry.image;

/** The media types of image documents and layers (OCI image-spec; docker image manifest v2.2). */
public final class MediaTypes {
  /** OCI image manifest. */
  public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  /** OCI image index. */
  public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";

  /** OCI image config. */
  public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";

  /** An empty JSON object, in place of a config or layer that an artifact does not need. */
  public static final String OCI_EMPTY = "application/vnd.oci.empty.v1+json";

  /** OCI layer, an uncompressed tar. */
  public static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";

  /** OCI layer, tar and gzip. */
  public static final String OCI_LAYER_GZIP = OCI_LAYER + "+gzip";

  /** OCI layer, tar and zstd. */
  public static final String OCI_LAYER_ZSTD = OCI_LAYER + "+zstd";

  /** Docker image manifest, schema 2. */
  public static final String DOCKER_MANIFEST =
      "application/vnd.docker.distribution.manifest.v2+json";

  /** Docker manifest list. */
  public static final String DOCKER_LIST =
      "application/vnd.docker.distribution.manifest.list.v2+json";

  /** Docker image config. */
  public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";

  /** Docker layer, an uncompressed tar. */
  public static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";

  /** Docker layer, tar and gzip. */
  public static final String DOCKER_LAYER_GZIP = DOCKER_LAYER + ".gzip";

  /** Docker layer, tar and zstd, as BuildKit and containerd name it. */
  public static final String DOCKER_LAYER_ZSTD = DOCKER_LAYER + ".zstd";

  private static final String SCHEMA1 = "application/vnd.docker.distribution.manifest.v1";
  private static final String OCI_FOREIGN = "application/vnd.oci.image.layer.nondistributable.v1.";
  private static final String DOCKER_FOREIGN =
      "application/vnd.docker.image.rootfs.foreign.diff.tar";

  private MediaTypes() {}

  /** Says whether the type is an image manifest of either family. */
  public static boolean isManifest(String type) {
    return type.equals(OCI_MANIFEST) || type.equals(DOCKER_MANIFEST);
  }

  /** Says whether the type is an index or manifest list. */
  public static boolean isIndex(String type) {
    return type.equals(OCI_INDEX) || type.equals(DOCKER_LIST);
  }

  /** Says whether the type is an image config of either family. */
  public static boolean isConfig(String type) {
    return type.equals(OCI_CONFIG) || type.equals(DOCKER_CONFIG);
  }

  /** Says whether the type is a manifest of docker's schema 1, which is not supported. */
  public static boolean isSchema1(String type) {
    return type.startsWith(SCHEMA1);
  }

  /** Says whether the type is a layer that registries do not hold themselves. */
  public static boolean isForeignLayer(String type) {
    return type.startsWith(OCI_FOREIGN) || type.startsWith(DOCKER_FOREIGN);
  }

  /** How a layer of the type is compressed. */
  public static Compression compressionOf(String layerType) {
    if (layerType.endsWith("gzip")) {
      return Compression.GZIP;
    }
    if (layerType.endsWith("zstd")) {
      return Compression.ZSTD;
    }
    return layerType.endsWith("tar") ? Compression.NONE : Compression.UNKNOWN;
  }

  /** How layers are compressed. */
  public enum Compression {
    /** A plain tar. */
    NONE,
    /** gzip. */
    GZIP,
    /** zstd. */
    ZSTD,
    /** Not told by the media type: look at the first bytes. */
    UNKNOWN
  }
}
