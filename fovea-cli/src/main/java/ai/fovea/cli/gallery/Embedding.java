package ai.fovea.cli.gallery;

import ai.fovea.cli.Common;
import ai.fovea.cli.input.DamagedImages;
import ai.fovea.cli.input.Labelled;
import ai.fovea.gallery.NewEntry;
import ai.fovea.image.ImageSource;
import ai.fovea.recognize.Embedder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Turns labelled images into entries for a gallery.
public final class Embedding {
  private Embedding() {}

  /// The entries of all images that can be used.
  ///
  /// @param problems gets a line for each image that can't
  public static List<NewEntry> entries(
      Common common,
      Embedder embedder,
      DamagedImages damaged,
      List<Labelled> images,
      List<String> problems) {
    List<NewEntry> entries = new ArrayList<>();
    List<ImageSource> sources = new ArrayList<>();
    images.forEach(p -> sources.add(ImageSource.of(p.file())));
    try (var progress = common.progress("embedding", sources.size())) {
      var all = embedder.embedAll(sources, progress::at);
      for (int i = 0; i < all.size(); i++) {
        String label = images.get(i).label();
        Path file = images.get(i).file();
        all.get(i).problem().ifPresent(problems::add);
        all.get(i)
            .toOptional()
            .ifPresent(f -> {
              entries.add(NewEntry.of(label, f).withSource(file.toString()));
              damaged.warning(file).ifPresent(common::warning);
            });
      }
    }
    return entries;
  }
}
