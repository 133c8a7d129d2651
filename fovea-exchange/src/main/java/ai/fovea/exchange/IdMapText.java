package ai.fovea.exchange;

import ai.fovea.base.Problems;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// `id_map.txt`: lines `id label`.
final class IdMapText {
  private IdMapText() {}

  /// Labels may have blanks, though the programs that use such files can't write them.
  static SortedMap<Long, String> read(String name, byte[] content, Problems problems) {
    SortedMap<Long, String> lines = new TreeMap<>();
    List<String> all = utf8(name, content).lines().toList();
    for (int i = 0; i < all.size(); i++) {
      String line = all.get(i).strip();
      String[] parts = line.split("\\s+", 2);
      if (line.isEmpty()) {
        continue;
      }
      if (parts.length < 2 || !parts[0].matches("\\d{1,18}")) {
        problems.add("line " + (i + 1) + ": expected a number, a blank and a label");
      } else if (lines.put(Long.valueOf(parts[0]), parts[1]) != null) {
        problems.add("line " + (i + 1) + ": id " + parts[0] + " comes twice");
      }
    }
    return lines;
  }

  static byte[] write(String name, SortedMap<Long, String> lines) {
    Problems problems = new Problems();
    StringBuilder out = new StringBuilder();
    lines.forEach((id, label) -> {
      if (label.isBlank() || label.chars().anyMatch(Character::isWhitespace)) {
        problems.add(
            "id " + id + ": the label '" + label + "' has blanks, which this form can't hold");
      }
      out.append(id).append(' ').append(label).append('\n');
    });
    problems.throwIfAny(ExchangeException.of(name));
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  /// The text of a file, without a byte order mark.
  static String utf8(String name, byte[] content) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new ExchangeException(name, "not UTF-8 text");
    }
  }
}
