package ai.fovea.exchange.golden;

import ai.fovea.exchange.ExchangeException;
import ai.fovea.exchange.GalleryLine;
import ai.fovea.exchange.IdMapFile;
import ai.fovea.testkit.CaseFile;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.GoldenFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// Id maps in every form (`deploy/id_map`): read as data, or refused.
public final class IdMapCases implements GoldenFormat {

  @Override
  public String name() {
    return "id maps";
  }

  @Override
  public boolean accepts(Path file, JsonNode content) {
    JsonNode one = content.path("cases").path(0);
    return one.path("file").asString("").endsWith(".pkl") && one.has("must");
  }

  @Override
  public void run(Path file, Consumer<CaseResult> sink) throws IOException {
    results(file).forEach(sink);
  }

  private static List<CaseResult> results(Path file) throws IOException {
    Path folder = file.resolveSibling(file.getFileName().toString().replace(".json", ""));
    List<CaseResult> results = new ArrayList<>();
    SortedMap<Long, String> labels = new TreeMap<>();
    for (JsonNode one : CaseFile.cases(CaseFile.read(file))) {
      String name = one.path("file").asString();
      SortedMap<Long, String> expected = new TreeMap<>();
      one.path("expected")
          .forEachEntry((id, line) -> expected.put(Long.valueOf(id), line.asString()));
      boolean refuse = one.path("must").asString().equals("refuse");
      results.add(
          result(name, folder.resolve(name), refuse ? Optional.empty() : Optional.of(expected)));
      if (name.startsWith("int64_")) {
        expected.forEach(
            (id, line) -> labels.put(id, GalleryLine.parse(line, Optional.empty()).label()));
      }
    }
    // The same gallery for PaddleX, and for the C++ programs, which know labels of one word only.
    Path yaml = folder.resolve(IdMapFile.Form.YAML.fileName());
    if (Files.exists(yaml)) {
      results.add(result("id_map.yaml", yaml, Optional.of(labels)));
    }
    Path text = folder.resolve(IdMapFile.Form.TEXT.fileName());
    if (Files.exists(text)) {
      labels.replaceAll((id, label) -> label.replaceFirst("\\s.*", ""));
      results.add(result("id_map.txt", text, Optional.of(labels)));
    }
    return results;
  }

  private static CaseResult result(
      String name, Path file, Optional<SortedMap<Long, String>> expected) throws IOException {
    SortedMap<Long, String> read;
    try {
      read = IdMapFile.read(file);
    } catch (ExchangeException e) {
      return expected.isEmpty()
          ? CaseResult.passed(name, file.toString())
          : CaseResult.failed(name, "read", String.valueOf(e.getMessage()), file.toString());
    }
    if (expected.isEmpty()) {
      return CaseResult.failed(name, "refused", read.size() + " lines", file.toString());
    }
    return read.equals(expected.get())
        ? CaseResult.passed(name, file.toString())
        : CaseResult.failed(name, expected.get().toString(), read.toString(), file.toString());
  }
}
