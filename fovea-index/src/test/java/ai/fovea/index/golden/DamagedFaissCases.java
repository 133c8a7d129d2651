package ai.fovea.index.golden;

import ai.fovea.index.faiss.FaissException;
import ai.fovea.index.faiss.FaissIndex;
import ai.fovea.testkit.CaseFile;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.GoldenFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// Faiss files that must be refused (`deploy/faiss_corrupt`).
public final class DamagedFaissCases implements GoldenFormat {
  @Override
  public String name() {
    return "damaged Faiss indexes";
  }

  @Override
  public boolean accepts(Path file, JsonNode content) {
    JsonNode one = content.path("cases").path(0);
    return one.path("file").asString("").endsWith(".index") && one.has("must");
  }

  @Override
  public void run(Path file, Consumer<CaseResult> sink) throws IOException {
    results(file).forEach(sink);
  }

  private static List<CaseResult> results(Path file) throws IOException {
    String folder = file.getFileName().toString().replace(".json", "");
    List<CaseResult> results = new ArrayList<>();
    for (JsonNode one : CaseFile.cases(CaseFile.read(file))) {
      String name = one.path("file").asString();
      results.add(
          refused(name, one.path("why").asString(), file.resolveSibling(folder).resolve(name)));
    }
    return results;
  }

  /// Whether the file is refused by a message that names it and the place.
  static CaseResult refused(String name, String why, Path file) throws IOException {
    try {
      FaissIndex read = FaissIndex.read(file);
      return CaseResult.failed(name, "refused: " + why, read.count() + " rows", file.toString());
    } catch (FaissException e) {
      boolean told = String.valueOf(e.getMessage()).startsWith(file + ": byte ");
      return told
          ? CaseResult.passed(name, file.toString())
          : CaseResult.failed(
              name, "the file and the place", String.valueOf(e.getMessage()), file.toString());
    }
  }
}
