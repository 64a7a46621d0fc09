package dev.janiko.builder.compare;

import com.fasterxml.jackson.databind.JsonNode;
import dev.janiko.builder.tar.TarEntry;
import dev.janiko.builder.tar.TarReader;
import dev.janiko.registry.Digest;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.image.Descriptor;
import dev.janiko.registry.image.ImageConfig;
import dev.janiko.registry.image.MediaTypes;
import dev.janiko.registry.json.JsonReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One docker archive on its way by. What a member is shows only later, as {@code manifest.json} may
 * be the last one: so everything that looks like a layer is indexed, and everything that looks like
 * a small JSON document is kept.
 */
final class ArchiveIndexing {
  private static final String MANIFEST = "manifest.json";
  private static final int MAX_JSON = 4 << 20;
  private static final int MAX_KEPT = 64 << 20;
  private static final int MAX_LINKS = 8;
  private static final int BLOCK = 512;
  private static final int USTAR = 257;

  private final String image;
  private final Map<String, byte[]> documents = new HashMap<>();
  private final Map<String, IndexedLayer> layers = new HashMap<>();
  private final Map<String, String> links = new HashMap<>();
  private int kept;

  ArchiveIndexing(String image) {
    this.image = image;
  }

  IndexedImage read(InputStream archive) throws IOException {
    TarReader tar = new TarReader(new BufferedInputStream(archive, 1 << 16));
    for (Optional<TarEntry> next = tar.next(); next.isPresent(); next = tar.next()) {
      TarEntry entry = next.get();
      String name = LayerPath.clean(entry.name());
      switch (entry.type()) {
        case REGULAR -> member(name, entry.size(), new MemberStream(tar));
        case SYMLINK -> links.put(name, beside(name, entry.linkName()));
        case HARD_LINK -> links.put(name, LayerPath.clean(entry.linkName()));
        case DIRECTORY, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> {}
      }
    }
    return assemble();
  }

  /** Where a link within the archive leads: engines write them for layers that appear twice. */
  private static String beside(String name, String target) throws IOException {
    String directory = LayerPath.parent(name);
    String rest = target;
    while (rest.startsWith("../")) {
      directory = LayerPath.parent(directory);
      rest = rest.substring(3);
    }
    return LayerPath.clean(LayerPath.join(directory, rest));
  }

  private void member(String name, long size, MemberStream stream) throws IOException {
    BufferedInputStream in = new BufferedInputStream(stream, BLOCK);
    in.mark(BLOCK);
    byte[] start = in.readNBytes(BLOCK);
    in.reset();
    if (looksLikeJson(start) && size <= MAX_JSON) {
      kept += (int) size;
      if (kept > MAX_KEPT) {
        throw new IOException(image + " holds too much that is no layer");
      }
      documents.put(name, in.readAllBytes());
    } else if (start.length == BLOCK || isCompressed(start)) {
      layers.put(name, layer(name, in, isCompressed(start)));
    }
  }

  /** Reads a layer; one that is not compressed needs no second digest beside its diff id. */
  private IndexedLayer layer(String name, InputStream in, boolean compressed) throws IOException {
    try {
      if (!compressed) {
        LayerIndex index = LayerIndex.read(in);
        return new IndexedLayer(
            Descriptor.of(MediaTypes.DOCKER_LAYER, index.diffId(), index.size()), index);
      }
      HashedInput hashed = new HashedInput(in);
      LayerIndex index = LayerIndex.read(hashed);
      return new IndexedLayer(
          Descriptor.of(MediaTypes.DOCKER_LAYER_GZIP, hashed.digest(), hashed.count()), index);
    } catch (IOException e) {
      throw new IOException(name + " of " + image + ": " + e.getMessage(), e);
    }
  }

  private static boolean isCompressed(byte[] start) {
    return (at(start, 0) == 0x1f && at(start, 1) == 0x8b)
        || (at(start, 0) == 0x28 && at(start, 1) == 0xb5 && at(start, 2) == 0x2f);
  }

  private static boolean looksLikeJson(byte[] start) {
    boolean tar = at(start, USTAR) == 'u' && at(start, USTAR + 1) == 's';
    return !tar && (at(start, 0) == '{' || at(start, 0) == '[');
  }

  private static int at(byte[] bytes, int index) {
    return index < bytes.length ? bytes[index] & 0xff : -1;
  }

  private IndexedImage assemble() throws RegistryException {
    byte[] manifest = documents.get(MANIFEST);
    if (manifest == null) {
      throw RegistryException.invalid(image + " is no docker archive: it lacks " + MANIFEST);
    }
    JsonNode images = JsonReader.read(manifest, MANIFEST);
    if (images.size() != 1) {
      throw RegistryException.invalid(
          image + " holds " + images.size() + " images; one is expected");
    }
    JsonNode only = images.path(0);
    byte[] config = documents.get(only.path("Config").asText());
    if (config == null) {
      throw RegistryException.invalid(image + " lacks its config");
    }
    ImageConfig parsed = ImageConfig.parse(config);
    List<IndexedLayer> found = new ArrayList<>();
    for (JsonNode layer : only.path("Layers")) {
      found.add(layer(layer.asText()));
    }
    List<Digest> diffIds = parsed.diffIds();
    if (diffIds.size() != found.size()) {
      throw RegistryException.invalid(
          "%s has %d layers, but its config names %d"
              .formatted(image, found.size(), diffIds.size()));
    }
    for (int i = 0; i < found.size(); i++) {
      DiffIds.check(image, i + 1, diffIds.get(i), found.get(i).index());
    }
    return new IndexedImage(image, parsed, Map.of(), found);
  }

  private IndexedLayer layer(String name) throws RegistryException {
    String at = name;
    for (int hops = 0; hops < MAX_LINKS; hops++) {
      IndexedLayer layer = layers.get(at);
      if (layer != null) {
        return layer;
      }
      String target = links.get(at);
      if (target == null) {
        break;
      }
      at = target;
    }
    throw RegistryException.invalid(image + " lacks its layer " + name);
  }

  /** The content of the archive's current member. */
  private static final class MemberStream extends InputStream {
    private final TarReader tar;

    private MemberStream(TarReader tar) {
      this.tar = tar;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      return length == 0 ? 0 : tar.read(into, offset, length);
    }
  }
}
