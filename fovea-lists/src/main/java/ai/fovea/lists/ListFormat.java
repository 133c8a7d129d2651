package ai.fovea.lists;

import java.util.Optional;

/// How the lines of a list for training are laid out. Columns count from 0, -1 = the list has none.
///
/// @param name as configurations call it, for errors
/// @param division of a line into columns
/// @param path column of the image's path
/// @param label column of the label
/// @param uniqueId column of the camera or image id; where the first line has it, every line must
/// @param labelOffset added to each label
/// @param header a line whose first column is this word is skipped
/// @param relabel whether labels are replaced by 0, 1, 2 … in ascending order of the distinct labels
public record ListFormat(
    String name,
    Division division,
    int path,
    int label,
    int uniqueId,
    long labelOffset,
    Optional<String> header,
    boolean relabel) {

  /// `path label`, separated by one blank; further columns are ignored.
  public static final ListFormat IMAGE_NET = imageNet(" ");

  /// `path label [camera]`, separated by blanks.
  public static final ListFormat VERI_WILD =
      new ListFormat("VeriWild", new Division.Blanks(), 0, 1, 2, 0, Optional.empty(), false);

  /// `path label`, separated by blanks.
  public static final ListFormat ADA_FACE =
      new ListFormat("AdaFaceDataset", new Division.Blanks(), 0, 1, -1, 0, Optional.empty(), false);

  /// `image_id class superclass path`, separated by tabs, with a header line; classes count from 1.
  public static final ListFormat LOGO =
      new ListFormat(
          "LogoDataset", new Division.Every("\t"), 3, 1, -1, -1, Optional.of("image_id"), false);

  /// `path label`, separated by a tab.
  public static final ListFormat CARTOON =
      new ListFormat(
          "ICartoonDataset", new Division.Every("\t"), 0, 1, -1, 0, Optional.empty(), false);

  /// `path label` with the given delimiter.
  public static ListFormat imageNet(String delimiter) {
    return new ListFormat(
        "ImageNetDataset", new Division.Every(delimiter), 0, 1, -1, 0, Optional.empty(), false);
  }

  /// A path alone: the whole line, or the text before `delimiter`.
  public static ListFormat pathOnly(Optional<String> delimiter) {
    Division division =
        delimiter.isPresent() ? new Division.Every(delimiter.get()) : new Division.Whole();
    return new ListFormat("CustomLabelDataset", division, 0, -1, -1, 0, Optional.empty(), false);
  }

  public ListFormat {
    if (path < 0) {
      throw new IllegalArgumentException(name + ": needs a column for the path");
    }
  }

  /// The same with another name.
  public ListFormat named(String other) {
    return new ListFormat(other, division, path, label, uniqueId, labelOffset, header, relabel);
  }

  /// The same with labels replaced or not.
  public ListFormat withRelabel(boolean replaced) {
    return new ListFormat(name, division, path, label, uniqueId, labelOffset, header, replaced);
  }

  /// How many columns a line has at least.
  public int columns() {
    return Math.max(path, label) + 1;
  }
}
