package ai.fovea.cli;

import ai.fovea.gallery.NewEntry;
import ai.fovea.recognize.Embedder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Turns labelled pictures into entries for a gallery.
final class Embedding {
  private Embedding() {}

  /// The entries of all pictures that can be used.
  ///
  /// @param problems gets a line for each picture that can't
  static List<NewEntry> entries(
      Common common,
      Embedder embedder,
      DamagedImages damaged,
      List<Labelled> pictures,
      List<String> problems)
      throws IOException {
    List<NewEntry> entries = new ArrayList<>();
    List<Path> files = pictures.stream().map(Labelled::file).toList();
    try (var progress = common.progress("embedding", files.size())) {
      var all = embedder.embedAll(files, progress::at);
      for (int i = 0; i < all.size(); i++) {
        String label = pictures.get(i).label();
        Embedder.Embedding one = all.get(i);
        one.problem().ifPresent(problems::add);
        one.features()
            .ifPresent(f -> {
              entries.add(NewEntry.of(label, f).withSource(one.file().toString()));
              damaged.warning(one.file()).ifPresent(common::warning);
            });
      }
    }
    return entries;
  }
}
