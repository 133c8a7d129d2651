package ai.fovea.cli.recognize;

import ai.fovea.cli.gallery.GalleryReport;
import ai.fovea.cli.input.Labelled;
import ai.fovea.recognize.Recognition;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// How many answers are those that a list expects.
///
/// @param images how many images were recognised
/// @param right those with the label of the list
/// @param wrong those with another label
/// @param unknown those without
public record Answers(int images, int right, int wrong, int unknown) {

  /// Compares results with the labels of a list; images that could not be read do not count.
  static Answers of(List<Recognition> results, List<Labelled> list) {
    Map<String, String> expected = new HashMap<>();
    list.forEach(l -> expected.put(l.file().toString(), l.label()));
    int right = 0;
    int unknown = 0;
    for (Recognition r : results) {
      if (r.isUnknown()) {
        unknown++;
      } else if (r.label().equals(java.util.Optional.ofNullable(expected.get(r.image())))) {
        right++;
      }
    }
    return new Answers(results.size(), right, results.size() - right - unknown, unknown);
  }

  /// One line for people.
  String text() {
    return String.format(
        Locale.ROOT,
        "Compared with the list: %d of %s right (%.1f %%), %d wrong, %d unknown",
        right,
        GalleryReport.counted(images, "image"),
        images == 0 ? 0.0 : 100.0 * right / images,
        wrong,
        unknown);
  }

  /// The same for programs.
  Map<String, Object> toMap() {
    var map = new LinkedHashMap<String, Object>();
    map.put("images", images);
    map.put("right", right);
    map.put("wrong", wrong);
    map.put("unknown", unknown);
    return map;
  }
}
