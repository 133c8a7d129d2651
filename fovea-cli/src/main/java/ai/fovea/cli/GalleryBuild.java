package ai.fovea.cli;

import ai.fovea.gallery.Calibration;
import ai.fovea.gallery.Gallery;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.Similarity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `fovea gallery build`: a new gallery. It appears whole or not at all: it is made beside its place and moved there.
@Command(
    name = "build",
    description = {
      "Makes a gallery of labelled pictures and finds the threshold that tells known from unknown.",
      "Pictures that can't be used are reported and left out."
    },
    footer = {
      "",
      "Example: fovea gallery build my-gallery photos/",
      "where photos/mug/ and photos/bowl/ hold pictures of a mug and a bowl."
    })
final class GalleryBuild implements Callable<Outcome> {
  @Mixin private final Common common = new Common();
  @Mixin private final ModelChoice model = new ModelChoice();
  @Mixin private final LabelledPictures pictures = new LabelledPictures();
  @Mixin private final Threshold threshold = new Threshold();

  @Option(
      names = "--replace",
      description = "Put the new gallery in the place of the one that is there.")
  private boolean replace;

  @Override
  public Outcome call() throws IOException {
    Path folder = pictures.gallery();
    Path place = folder.toAbsolutePath().normalize();
    if (!Folders.isFree(place) && !(replace && Files.exists(place.resolve("MANIFEST")))) {
      throw new CommandException(
          folder
              + (Files.exists(place.resolve("MANIFEST"))
                  ? ": there is a gallery already; `fovea gallery add` adds to it, --replace builds"
                      + " it anew"
                  : ": exists and is not an empty folder; name another folder"));
    }
    var found = pictures.find();
    List<String> problems = new ArrayList<>(found.problems());
    List<NewEntry> entries;
    GallerySettings settings;
    try (var embedder = model.embedder()) {
      entries = Embedding.entries(common, embedder, found.pictures(), problems);
      settings = new GallerySettings(embedder.modelId(), embedder.dimension(), Similarity.COSINE);
    }
    if (entries.isEmpty()) {
      problems.forEach(common::problem);
      throw new CommandException(folder + ": not built: none of the pictures can be used");
    }
    Files.createDirectories(Optional.ofNullable(place.getParent()).orElse(place));
    Path draft =
        place.resolveSibling(place.getFileName() + ".draft-" + ProcessHandle.current().pid());
    try {
      try (Gallery gallery = Gallery.create(draft, settings)) {
        gallery.addAll(entries);
        threshold.apply(gallery);
      }
      move(draft, place);
    } finally {
      Folders.delete(draft);
    }
    try (Gallery gallery = Gallery.openReadOnly(folder)) {
      return GalleryReport.tell(
          common, folder, gallery, "Built " + folder, Map.of("added", entries.size()), problems);
    }
  }

  /// A folder can't be replaced in one step; the old gallery is gone only once the new one is complete.
  private static void move(Path draft, Path place) throws IOException {
    if (Folders.isFree(place)) {
      Files.deleteIfExists(place);
      Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    Path old = place.resolveSibling(place.getFileName() + ".old-" + ProcessHandle.current().pid());
    Files.move(place, old, StandardCopyOption.ATOMIC_MOVE);
    Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
    Folders.delete(old);
  }

  /// How the threshold is found.
  static final class Threshold {
    @Option(
        names = "--threshold",
        paramLabel = "SCORE",
        description = "The score that counts as known; left out: found from the pictures.")
    private Optional<Float> given = Optional.empty();

    @Option(
        names = "--false-accept-rate",
        paramLabel = "SHARE",
        defaultValue = "0.01",
        description =
            "The share of unknown things that may be taken for known (default: ${DEFAULT-VALUE}).")
    private double rate;

    /// Stores the threshold. One that somebody gave before stays, unless another is given now.
    void apply(Gallery gallery) {
      boolean chosen =
          gallery.info().calibration().stream().anyMatch(c -> c.basis() == Calibration.Basis.GIVEN);
      if (given.isPresent()) {
        gallery.setCalibration(Calibration.given(given.get()));
      } else if (!chosen) {
        gallery.calibrate(rate);
      }
    }
  }
}
