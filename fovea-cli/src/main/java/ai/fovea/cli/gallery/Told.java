package ai.fovea.cli.gallery;

import ai.fovea.gallery.calibration.Calibration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a command did to a gallery, and all that is to be told of it.
///
/// @param did one line for people, e.g. `Added 12 images to mugs`
/// @param counts what was done, for programs
/// @param changed the threshold, where it is another than before
/// @param problems what could not be done
/// @param warnings what was done although something is wrong
/// @param notes what was left alone on purpose
record Told(
    String did,
    Map<String, ?> counts,
    Optional<Calibration> changed,
    List<String> problems,
    List<String> warnings,
    List<String> notes) {
  Told {
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
    notes = List.copyOf(notes);
  }

  static Told of(String did, Map<String, ?> counts) {
    return new Told(did, counts, Optional.empty(), List.of(), List.of(), List.of());
  }

  /// The same with what became of the threshold.
  Told with(Threshold threshold) {
    return new Told(
        did, counts, threshold.changed(), problems, warnings, joined(notes, threshold.notes()));
  }

  /// The same with what became of each image.
  Told with(ImageImporter importer) {
    return withProblems(importer.problems())
        .withWarnings(importer.warnings())
        .withNotes(importer.notes());
  }

  Told withProblems(List<String> more) {
    return new Told(did, counts, changed, joined(problems, more), warnings, notes);
  }

  Told withWarnings(List<String> more) {
    return new Told(did, counts, changed, problems, joined(warnings, more), notes);
  }

  Told withNotes(List<String> more) {
    return new Told(did, counts, changed, problems, warnings, joined(notes, more));
  }

  private static List<String> joined(List<String> some, List<String> more) {
    List<String> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }
}
