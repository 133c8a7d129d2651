package ai.fovea.exchange;

import java.util.Optional;

/// A line of PaddleClas' galleries: where a picture lies, and what it shows.
///
/// @param path of the picture; none in lists of labels alone
/// @param label the whole rest of the line, blanks included (PaddleClas itself shows it up to the first blank)
public record GalleryLine(Optional<String> path, String label) {

  /// Reads `path<delimiter>label`. Without a given delimiter it is a tab where the line has one, else the first blank that a
  /// file name's ending stands before (`shoes/1.jpg running shoe`); a line without any is a label alone.
  ///
  /// @param delimiter between path and label; empty to find it out
  public static GalleryLine parse(String line, Optional<String> delimiter) {
    String text = line.strip();
    String between = delimiter.orElse("\t");
    int at = text.indexOf(between);
    if (at < 0 && delimiter.isEmpty()) {
      between = " ";
      at = blankBehindName(text);
    }
    if (at < 0) {
      return new GalleryLine(Optional.empty(), text);
    }
    String path = text.substring(0, at).strip();
    String label = text.substring(at + between.length()).strip();
    return path.isEmpty() || label.isEmpty()
        ? new GalleryLine(Optional.empty(), text)
        : new GalleryLine(Optional.of(path), label);
  }

  /// The line, with a tab in it.
  public String text() {
    return path.map(p -> p + "\t" + label).orElse(label);
  }

  private static int blankBehindName(String text) {
    int blank = text.indexOf(' ');
    while (blank >= 0) {
      String before = text.substring(0, blank);
      if (before.substring(before.lastIndexOf('/') + 1).matches(".+\\.[A-Za-z0-9]{1,5}")) {
        return blank;
      }
      blank = text.indexOf(' ', blank + 1);
    }
    return -1;
  }
}
