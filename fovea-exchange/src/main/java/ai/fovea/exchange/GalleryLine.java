package ai.fovea.exchange;

import ai.fovea.lists.Division;
import java.util.List;
import java.util.Optional;

/// A line of PaddleClas' galleries: where an image lies, and what it shows.
///
/// @param path of the image; none in lists of labels alone
/// @param label the whole rest of the line, blanks included (PaddleClas itself shows it up to the first blank)
public record GalleryLine(Optional<String> path, String label) {

  /// Reads `path<delimiter>label`. Without a given delimiter it is a tab where the line has one, else the first blank that a
  /// file name's ending stands before (`shoes/1.jpg running shoe`); a line without any is a label alone.
  ///
  /// @param delimiter between path and label; empty to find it out
  public static GalleryLine parse(String line, Optional<String> delimiter) {
    List<String> columns = new Division.BehindName(delimiter).columns(line.strip());
    return columns.size() < 2
        ? new GalleryLine(Optional.empty(), columns.getFirst())
        : new GalleryLine(Optional.of(columns.getFirst()), columns.getLast());
  }

  /// The line, with a tab in it.
  public String text() {
    return path.map(p -> p + "\t" + label).orElse(label);
  }
}
