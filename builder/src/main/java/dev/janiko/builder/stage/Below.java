package dev.janiko.builder.stage;

import dev.janiko.builder.base.BaseImages;
import dev.janiko.builder.layer.Layer;
import dev.janiko.builder.plan.ImageChoice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What an overlay is mounted over. Immutable. */
sealed interface Below {
  /**
   * Layers that are known by their diff ids alone, so that the store may have them unpacked.
   *
   * @param image the image at the bottom, or none
   * @param upon layers upon it, lowest first
   */
  record Layers(Optional<ImageChoice> image, List<Layer> upon) implements Below {
    /** Makes the list immutable. */
    public Layers {
      upon = List.copyOf(upon);
    }

    @Override
    public Layers with(Layer layer) {
      return new Layers(image, plus(upon, layer));
    }

    @Override
    public List<Path> unpack(BaseImages images) {
      return BaseImages.await(images.unpack(image, upon));
    }
  }

  /**
   * Folders that steps of this build left, and layers that are to be unpacked for it alone.
   *
   * @param folders unpacked layers, lowest first
   * @param upon layers upon them, lowest first
   */
  record Folders(List<Path> folders, List<Layer> upon) implements Below {
    /** Makes the lists immutable. */
    public Folders {
      folders = List.copyOf(folders);
      upon = List.copyOf(upon);
    }

    @Override
    public Folders with(Layer layer) {
      return new Folders(folders, plus(upon, layer));
    }

    @Override
    public List<Path> unpack(BaseImages images) {
      List<Path> all = folders;
      for (Layer layer : upon) {
        all = plus(all, images.unpackApart(layer, all));
      }
      return all;
    }
  }

  /** This with one more layer on top. */
  Below with(Layer layer);

  /** The folders of all layers, lowest first; those that are not here yet are fetched. */
  List<Path> unpack(BaseImages images);

  private static <T> List<T> plus(List<T> list, T more) {
    List<T> all = new ArrayList<>(list);
    all.add(more);
    return List.copyOf(all);
  }
}
