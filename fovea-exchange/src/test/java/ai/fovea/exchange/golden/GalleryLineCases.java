package ai.fovea.exchange.golden;

import ai.fovea.exchange.GalleryLine;
import ai.fovea.exchange.IdMapFile;
import ai.fovea.testkit.CaseFile;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.GoldenFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// What the indexes of `deploy/faiss` were made of: every line of the galleries is a path and the
/// whole label, and the id maps beside the indexes hold such lines and no others.
public final class GalleryLineCases implements GoldenFormat {
  @Override
  public String name() {
    return "data of Faiss indexes";
  }

  @Override
  public boolean accepts(Path file, JsonNode content) {
    return content.has("gallery_lines") && content.has("remove_lines") && content.has("base");
  }

  @Override
  public void run(Path file, Consumer<CaseResult> sink) throws IOException {
    sink.accept(result(file));
  }

  private static CaseResult result(Path file) throws IOException {
    JsonNode lines = CaseFile.read(file).path("gallery_lines");
    String name = "gallery lines";
    Set<String> known = new HashSet<>();
    for (JsonNode line : lines) {
      known.add(line.asString().strip());
      String[] parts = line.asString().strip().split("\t", 2);
      GalleryLine read = GalleryLine.parse(line.asString(), Optional.empty());
      if (!read.equals(new GalleryLine(Optional.of(parts[0]), parts[1]))) {
        return CaseResult.failed(name, line.asString(), read.toString(), file.toString());
      }
    }
    for (Path map : idMaps(file.toAbsolutePath().resolveSibling("."))) {
      Collection<String> read = IdMapFile.read(map).values();
      if (!known.containsAll(read)) {
        return CaseResult.failed(name, "lines of the gallery", read.toString(), map.toString());
      }
    }
    return CaseResult.passed(name, file.toString());
  }

  private static List<Path> idMaps(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(f -> f.endsWith(IdMapFile.Form.PICKLE.fileName())).sorted().toList();
    }
  }
}
