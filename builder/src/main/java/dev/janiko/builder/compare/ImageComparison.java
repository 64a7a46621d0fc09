package dev.janiko.builder.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Finds every way in which two images are not alike. */
public final class ImageComparison {
  private final IgnoreRules ignored;
  private final boolean bytes;

  private ImageComparison(IgnoreRules ignored, boolean bytes) {
    this.ignored = ignored;
    this.bytes = bytes;
  }

  /**
   * Compares what images are: files, configs, histories, and what each layer does. How layers are
   * packed, and so their digests, is of no account.
   */
  public static ImageComparison of(IgnoreRules ignored) {
    return new ImageComparison(ignored, false);
  }

  /** Compares the digests and sizes of layers, too. */
  public ImageComparison withBytes() {
    return new ImageComparison(ignored, true);
  }

  /**
   * Compares.
   *
   * @throws IOException if the layers of an image cannot be laid over each other
   */
  public Differences compare(IndexedImage left, IndexedImage right) throws IOException {
    Sides<IndexedImage> images = new Sides<>(left, right);
    Sides<FlatImage> files = new Sides<>(FlatImage.of(left), FlatImage.of(right));
    List<Difference> all = new ArrayList<>();
    new FileDiffer(images, all).compare(files.map(FlatImage::entries));
    new ConfigDiffer(all).compare(images);
    new HistoryDiffer(all).compare(images.map(image -> image.config().history()));
    new LayerDiffer(all, bytes).compare(images, files);
    List<Difference> found = all.stream().filter(one -> !ignored.ignore(one)).toList();
    return new Differences(images, files, found, all.size() - found.size());
  }
}
