package ai.fovea.cli.gallery;

import ai.fovea.cli.Common;
import ai.fovea.cli.Outcome;
import ai.fovea.cli.options.Beside;
import ai.fovea.cli.text.Table;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.LocalGallery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `fovea gallery dedupe`: removes images that are there more than once.
@Command(
    name = "dedupe",
    description =
        "Removes images that a gallery holds more than once and keeps the first of "
            + "each, and finds the threshold anew. Images that are equal but have different "
            + "labels are reported and stay: one label must be wrong.",
    footer = {"", "Example: fovea gallery dedupe my-gallery --score 0.98 --dry-run"})
final class GalleryDedupe implements Callable<Outcome> {
  private static final int MOST = 20;

  @Mixin private final Common common = new Common();
  @Mixin private final GalleryFolderParameter gallery = new GalleryFolderParameter();
  @Mixin private final ChangedThreshold threshold = new ChangedThreshold();

  @Option(
      names = "--score",
      paramLabel = "S",
      description = {
        "The score from which two images count as one, e.g. 0.98 under cosine;",
        "left out: only equal vectors."
      })
  private Optional<Float> score = Optional.empty();

  @Option(names = "--dry-run", description = "Only tell what would be removed.")
  @Beside(not = {"--threshold", "--false-accept-rate"})
  private boolean dry;

  @Override
  public Outcome call() throws IOException {
    try (LocalGallery opened =
        dry ? Unfinished.openReadOnly(gallery.folder()) : LocalGallery.open(gallery.folder())) {
      ScoreRange.check(common, "--score", score, opened.info().settings().similarity());
      threshold.check(common, opened.info().settings().similarity());
      List<List<Entry>> groups =
          score.isPresent() ? opened.duplicates(score.get()) : opened.duplicates();
      List<Long> surplus = new ArrayList<>();
      List<String> problems = new ArrayList<>();
      Table table = new Table(">keeps", ">removes", "label", "source of what goes");
      for (List<Entry> group : groups) {
        var byLabel = new LinkedHashMap<String, Entry>();
        for (Entry entry : group) {
          Entry first = byLabel.putIfAbsent(entry.label(), entry);
          if (first != null) {
            surplus.add(entry.id());
            if (surplus.size() <= MOST) {
              table.row(first.id(), entry.id(), entry.label(), entry.source().orElse(""));
            }
          }
        }
        if (byLabel.size() > 1) {
          problems.add(
              gallery.folder()
                  + ": one image with several labels: "
                  + String.join(
                      ", ",
                      byLabel.values().stream()
                          .map(e -> "'" + e.label() + "' (id " + e.id() + ")")
                          .toList()));
        }
      }
      String did =
          (dry ? "Would remove " : "Removed ")
              + GalleryReport.counted(surplus.size(), "image")
              + " from "
              + gallery.folder();
      if (!dry && (!surplus.isEmpty() || threshold.isGiven())) {
        opened.removeAll(surplus);
        threshold.applyAfterChange(common, gallery.folder(), opened, did);
        opened.flush();
      }
      if (!common.json() && !surplus.isEmpty()) {
        common.print(table);
        if (surplus.size() > MOST) {
          common.out().println("... and " + (surplus.size() - MOST) + " more");
        }
      }
      var counts = new LinkedHashMap<String, Object>();
      counts.put("duplicates", surplus);
      counts.put("removed", dry ? 0 : surplus.size());
      return GalleryReport.tell(
          common,
          gallery.folder(),
          opened,
          Told.of(did, counts).with(threshold).withProblems(problems));
    }
  }
}
