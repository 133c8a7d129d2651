package ai.fovea.data;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// How the lines of a list file are laid out. Columns count from 0, -1 = the list has none.
///
/// @param name as configurations call it, for errors
/// @param delimiter between columns; empty for any run of blanks and tabs
/// @param path column of the picture's path
/// @param label column of the label
/// @param uniqueId column of the camera or picture id; where the first line has it, every line must
/// @param labelOffset added to each label
/// @param header a line whose first column is this word is skipped
public record ListFormat(
    String name,
    Optional<String> delimiter,
    int path,
    int label,
    int uniqueId,
    long labelOffset,
    Optional<String> header) {
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  /// `path label`, separated by one blank; further columns are ignored.
  public static final ListFormat IMAGE_NET = imageNet(" ");

  /// `path label [camera]`, separated by blanks.
  public static final ListFormat VERI_WILD =
      new ListFormat("VeriWild", Optional.empty(), 0, 1, 2, 0, Optional.empty());

  /// `image_id class superclass path`, separated by tabs, with a header line; classes count from 1.
  public static final ListFormat LOGO =
      new ListFormat("LogoDataset", Optional.of("\t"), 3, 1, -1, -1, Optional.of("image_id"));

  /// `path label`, separated by a tab.
  public static final ListFormat CARTOON =
      new ListFormat("ICartoonDataset", Optional.of("\t"), 0, 1, -1, 0, Optional.empty());

  /// `path label` with the given delimiter.
  public static ListFormat imageNet(String delimiter) {
    return new ListFormat("ImageNetDataset", Optional.of(delimiter), 0, 1, -1, 0, Optional.empty());
  }

  /// A path alone: the whole line, or the text before `delimiter`.
  public static ListFormat pathOnly(Optional<String> delimiter) {
    // without a delimiter: a line break never occurs inside a line
    return new ListFormat(
        "CustomLabelDataset", Optional.of(delimiter.orElse("\n")), 0, -1, -1, 0, Optional.empty());
  }

  public ListFormat {
    if (path < 0 || delimiter.filter(String::isEmpty).isPresent()) {
      throw new IllegalArgumentException(
          name + ": needs a path column and a delimiter that is not empty");
    }
  }

  /// The same with another name.
  ListFormat named(String other) {
    return new ListFormat(other, delimiter, path, label, uniqueId, labelOffset, header);
  }

  /// The columns of a line that has no blanks at its ends.
  List<String> columns(String line) {
    return delimiter.isPresent()
        ? List.of(line.split(Pattern.quote(delimiter.get()), -1))
        : List.of(BLANKS.split(line));
  }

  /// The delimiter in words.
  String delimiterInWords() {
    return delimiter
        .map(d -> d.equals(" ") ? "one blank" : d.equals("\t") ? "a tab" : "'" + d + "'")
        .orElse("blanks");
  }
}
