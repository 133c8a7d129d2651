package ai.fovea.exchange.golden;

import ai.fovea.exchange.GalleryLine;
import ai.fovea.testkit.CaseFile;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.GoldenFormat;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// What the indexes of `deploy/faiss` were made of: every line of the galleries is a path and the whole label.
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
  public void run(Path file, Consumer<CaseResult> sink) {
    sink.accept(result(file));
  }

  private static CaseResult result(Path file) {
    JsonNode lines = CaseFile.read(file).path("gallery_lines");
    String name = "gallery lines";
    for (JsonNode line : lines) {
      String[] parts = line.asString().strip().split("\t", 2);
      GalleryLine read = GalleryLine.parse(line.asString(), Optional.empty());
      if (!read.equals(new GalleryLine(Optional.of(parts[0]), parts[1]))) {
        return CaseResult.failed(name, line.asString(), read.toString(), file.toString());
      }
    }
    return CaseResult.passed(name, file.toString());
  }
}
