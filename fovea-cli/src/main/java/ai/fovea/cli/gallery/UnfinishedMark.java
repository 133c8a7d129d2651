package ai.fovea.cli.gallery;

import ai.fovea.base.AtomicFile;
import ai.fovea.cli.input.LabelledImages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The sign of a gallery that lacks something: a file in its folder, which goes wherever that is moved or copied. It has a line for
/// each command that takes images step by step: `build` or `add`, a blank, and what it takes in, as [LabelledImages#named] says.
/// A command removes its line when it has done its work; the file goes with the last.
final class UnfinishedMark {
  static final String NAME = "UNFINISHED";

  /// What a command does.
  enum Work {
    BUILD,
    ADD
  }

  /// What a command that has not done its work was to do.
  ///
  /// @param named what it takes in; empty where nobody can tell
  record Open(Work work, String named) {
    private String line() {
      return (work == Work.BUILD ? "build " : "add ") + named;
    }
  }

  private final Path file;

  /// @param folder the gallery's
  UnfinishedMark(Path folder) {
    this.file = folder.resolve(NAME);
  }

  /// What is to be finished; nothing for a whole gallery.
  List<Open> open() {
    try {
      return lines();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      return List.of(new Open(Work.ADD, "")); // somebody else's, and still a sign
    }
  }

  private List<Open> lines() throws IOException {
    List<Open> open = new ArrayList<>();
    for (String line : Files.readString(file).lines().toList()) {
      int blank = line.indexOf(' ');
      open.add(
          new Open(line.startsWith("build") ? Work.BUILD : Work.ADD, line.substring(blank + 1)));
    }
    return open;
  }

  /// Whether what is named was begun already.
  boolean has(String named) {
    return open().stream().anyMatch(o -> o.named().equals(named));
  }

  /// A command begins; one that goes on with what was begun finishes that.
  void begin(Work work, String named) throws IOException {
    if (!has(named)) {
      List<Open> all = new ArrayList<>(open());
      all.add(new Open(work, named));
      write(all);
    }
  }

  /// A command has done its work.
  void finish(String named) throws IOException {
    write(open().stream().filter(o -> !o.named().equals(named)).toList());
  }

  /// Nothing is to be finished any more.
  void clear() throws IOException {
    write(List.of());
  }

  private void write(List<Open> open) throws IOException {
    if (open.isEmpty()) {
      Files.deleteIfExists(file);
    } else {
      String lines = String.join("\n", open.stream().map(Open::line).toList()) + "\n";
      AtomicFile.write(file, lines.getBytes(StandardCharsets.UTF_8));
    }
  }
}
