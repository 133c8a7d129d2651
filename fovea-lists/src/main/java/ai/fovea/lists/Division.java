package ai.fovea.lists;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// How a line of a list is divided into columns. Immutable and thread-safe.
public sealed interface Division {
  /// The columns of a line that has no blanks at its ends; at least one.
  List<String> columns(String line);

  /// What stands between columns, in words.
  String words();

  /// At every delimiter; blanks around it belong to the columns.
  ///
  /// @param delimiter not empty
  record Every(String delimiter) implements Division {
    public Every {
      if (delimiter.isEmpty()) {
        throw new IllegalArgumentException("a delimiter has at least one character");
      }
    }

    @Override
    public List<String> columns(String line) {
      return List.of(line.split(Pattern.quote(delimiter), -1));
    }

    @Override
    public String words() {
      return inWords(delimiter);
    }
  }

  /// Not at all: the whole line is one column.
  record Whole() implements Division {
    @Override
    public List<String> columns(String line) {
      return List.of(line);
    }

    @Override
    public String words() {
      return "nothing";
    }
  }

  /// At every run of blanks and tabs.
  record Blanks() implements Division {
    private static final Pattern RUN = Pattern.compile("\\s+");

    @Override
    public List<String> columns(String line) {
      return List.of(RUN.split(line));
    }

    @Override
    public String words() {
      return "blanks";
    }
  }

  /// At every tab; a line without tabs at every run of blanks.
  record TabsElseBlanks() implements Division {
    @Override
    public List<String> columns(String line) {
      return line.indexOf('\t') >= 0 ? new Every("\t").columns(line) : new Blanks().columns(line);
    }

    @Override
    public String words() {
      return "tabs or blanks";
    }
  }

  /// Into a path and the whole rest, blanks included. Without a given delimiter that is the first tab, else the first blank that the
  /// ending of a file's name stands before (`shoes/1.jpg running shoe`). A line without any is one column.
  ///
  /// @param delimiter between path and rest; empty to find it out line by line
  record BehindName(Optional<String> delimiter) implements Division {
    private static final Pattern NAME = Pattern.compile(".+\\.[A-Za-z0-9]{1,5}");

    @Override
    public List<String> columns(String line) {
      String between = delimiter.orElse("\t");
      int at = line.indexOf(between);
      if (at < 0 && delimiter.isEmpty()) {
        between = " ";
        at = blankBehindName(line);
      }
      return pathAndRest(line, at, between.length());
    }

    private static int blankBehindName(String text) {
      int blank = text.indexOf(' ');
      while (blank >= 0) {
        String before = text.substring(0, blank);
        if (NAME.matcher(before.substring(before.lastIndexOf('/') + 1)).matches()) {
          return blank;
        }
        blank = text.indexOf(' ', blank + 1);
      }
      return -1;
    }

    @Override
    public String words() {
      return inWords(delimiter.orElse("\t"));
    }
  }

  /// Into a path and the whole rest, blanks included. Without a given delimiter that is the first tab, else the last blank before which
  /// there is a file; where there is no such file, the first one, as in PaddleClas.
  ///
  /// @param delimiter between path and rest; empty to find it out line by line
  /// @param start where relative paths begin
  record BehindFile(Optional<String> delimiter, Path start) implements Division {
    @Override
    public List<String> columns(String line) {
      String between = delimiter.orElse(line.indexOf('\t') >= 0 ? "\t" : " ");
      int at = between.equals(" ") ? blank(line) : line.indexOf(between);
      return pathAndRest(line, at, between.length());
    }

    private int blank(String line) {
      for (int gap = line.lastIndexOf(' '); gap > 0; gap = line.lastIndexOf(' ', gap - 1)) {
        if (isFile(line.substring(0, gap).strip())) {
          return gap;
        }
      }
      return line.indexOf(' ');
    }

    private boolean isFile(String path) {
      try {
        return Files.isRegularFile(start.resolve(path));
      } catch (InvalidPathException e) {
        return false; // told of where the path is used
      }
    }

    @Override
    public String words() {
      return delimiter.map(Division::inWords).orElse("a tab or a blank");
    }
  }

  private static List<String> pathAndRest(String line, int at, int length) {
    if (at <= 0 || at + length >= line.length()) {
      return List.of(line);
    }
    String path = line.substring(0, at).strip();
    String rest = line.substring(at + length).strip();
    return path.isEmpty() || rest.isEmpty() ? List.of(line) : List.of(path, rest);
  }

  private static String inWords(String delimiter) {
    return switch (delimiter) {
      case " " -> "one blank";
      case "\t" -> "a tab";
      default -> "'" + delimiter + "'";
    };
  }
}
