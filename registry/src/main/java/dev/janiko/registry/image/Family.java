package dev.janiko.registry.image;

/** The two families of image documents, which differ in nothing but names. */
public enum Family {
  /** OCI image-spec. */
  OCI(MediaTypes.OCI_MANIFEST, MediaTypes.OCI_INDEX, MediaTypes.OCI_CONFIG),
  /** Docker image manifest version 2, schema 2. */
  DOCKER(MediaTypes.DOCKER_MANIFEST, MediaTypes.DOCKER_LIST, MediaTypes.DOCKER_CONFIG);

  private final String manifest;
  private final String index;
  private final String config;

  Family(String manifest, String index, String config) {
    this.manifest = manifest;
    this.index = index;
    this.config = config;
  }

  /** The family of a manifest or index by its media type. */
  public static Family ofDocument(String mediaType) {
    return mediaType.equals(DOCKER.manifest) || mediaType.equals(DOCKER.index) ? DOCKER : OCI;
  }

  /** The media type of manifests. */
  public String manifestType() {
    return manifest;
  }

  /** The media type of indexes. */
  public String indexType() {
    return index;
  }

  /** The media type of configs. */
  public String configType() {
    return config;
  }

  /** The media type of layers that are compressed so. */
  public String layerType(MediaTypes.Compression compression) {
    return switch (compression) {
      case NONE, UNKNOWN -> this == OCI ? MediaTypes.OCI_LAYER : MediaTypes.DOCKER_LAYER;
      case GZIP -> this == OCI ? MediaTypes.OCI_LAYER_GZIP : MediaTypes.DOCKER_LAYER_GZIP;
      case ZSTD -> this == OCI ? MediaTypes.OCI_LAYER_ZSTD : MediaTypes.DOCKER_LAYER_ZSTD;
    };
  }

  /** This family's name for the layer type of either family; a type of neither is kept as it is. */
  public String convertLayerType(String layerType) {
    boolean known =
        layerType.startsWith(MediaTypes.OCI_LAYER) || layerType.startsWith(MediaTypes.DOCKER_LAYER);
    return known ? layerType(MediaTypes.compressionOf(layerType)) : layerType;
  }
}
