package ai.fovea.exchange;

import ai.fovea.base.AtomicFile;
import ai.fovea.base.Problems;
import ai.fovea.gallery.Entry;
import ai.fovea.lists.BadLine;
import ai.fovea.lists.Division;
import ai.fovea.lists.ListReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// List files: a line `path<delimiter>label` for each image, UTF-8.
public final class ListFile {
  private ListFile() {}

  /// An image in a list.
  ///
  /// @param number of its line, from 1
  /// @param path as it stands there
  /// @param label all behind the delimiter
  public record Line(int number, String path, String label) {}

  /// Reads a list; lines of blanks alone are passed over.
  ///
  /// @param delimiter between path and label; empty to find it out line by line (see [Division.BehindName])
  /// @throws ExchangeException with every line that is not of this form
  public static List<Line> read(Path file, Optional<String> delimiter) throws IOException {
    ListReader.Rows<Line> rows;
    try {
      rows =
          ListReader.read(
              file,
              new Division.BehindName(delimiter),
              ListReader.EmptyLines.SKIPPED,
              (number, _, columns) -> {
                if (columns.size() < 2) {
                  String between =
                      delimiter.map(d -> d.equals("\t") ? "a tab" : "'" + d + "'").orElse("a tab");
                  throw new BadLine("expected a path, " + between + " and a label");
                }
                return Optional.of(new Line(number, columns.getFirst(), columns.getLast()));
              });
    } catch (CharacterCodingException e) {
      throw new ExchangeException(file.toString(), "not UTF-8 text");
    }
    Problems problems = new Problems();
    rows.bad().forEach(b -> problems.add("line " + b.line() + ": " + b.reason()));
    problems.throwIfAny(ExchangeException.of(file.toString()));
    return rows.rows();
  }

  /// Writes a list of images with a source, in their order, a tab between path and label.
  ///
  /// @throws ExchangeException with every image that has no source
  public static void write(Path file, List<Entry> images) throws IOException {
    Problems problems = new Problems();
    StringBuilder out = new StringBuilder();
    for (Entry image : images) {
      if (image.source().isEmpty()) {
        problems.add(
            "image " + image.id() + " (" + image.label() + ") has no source to write down");
        continue;
      }
      out.append(image.source().get()).append('\t').append(image.label()).append('\n');
    }
    problems.throwIfAny(ExchangeException.of(file.toString()));
    AtomicFile.write(file, out.toString().getBytes(StandardCharsets.UTF_8));
  }
}
