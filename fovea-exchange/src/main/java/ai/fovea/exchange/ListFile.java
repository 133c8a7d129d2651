package ai.fovea.exchange;

import ai.fovea.gallery.Entry;
import ai.fovea.weights.AtomicFile;
import ai.fovea.weights.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// List files: a line `path<delimiter>label` for each picture, UTF-8.
public final class ListFile {
  private ListFile() {}

  /// A picture in a list.
  ///
  /// @param number of its line, from 1
  /// @param path as it stands there
  /// @param label all behind the delimiter
  public record Line(int number, String path, String label) {}

  /// Reads a list; lines of blanks alone are passed over.
  ///
  /// @param delimiter between path and label; empty to find it out line by line (see [GalleryLine#parse])
  /// @throws ExchangeException with every line that is not of this form
  public static List<Line> read(Path file, Optional<String> delimiter) throws IOException {
    String text = IdMapText.utf8(file.toString(), WholeFile.read(file, WholeFile.TEXT));
    Findings findings = new Findings(file.toString());
    List<Line> out = new ArrayList<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).isBlank()) {
        continue;
      }
      GalleryLine line = GalleryLine.parse(lines.get(i), delimiter);
      if (line.path().isEmpty()) {
        String between =
            delimiter.map(d -> d.equals("\t") ? "a tab" : "'" + d + "'").orElse("a tab");
        findings.add("line " + (i + 1) + ": expected a path, " + between + " and a label");
      } else {
        out.add(new Line(i + 1, line.path().get(), line.label()));
      }
    }
    findings.throwIfAny();
    return out;
  }

  /// Writes a list of pictures with a source, in their order, a tab between path and label.
  ///
  /// @throws ExchangeException with every picture that has no source
  public static void write(Path file, List<Entry> pictures) throws IOException {
    Findings findings = new Findings(file.toString());
    StringBuilder out = new StringBuilder();
    for (Entry picture : pictures) {
      if (picture.source().isEmpty()) {
        findings.add(
            "picture " + picture.id() + " (" + picture.label() + ") has no source to write down");
        continue;
      }
      out.append(picture.source().get()).append('\t').append(picture.label()).append('\n');
    }
    findings.throwIfAny();
    AtomicFile.write(file, out.toString().getBytes(StandardCharsets.UTF_8));
  }
}
