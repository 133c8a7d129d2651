package ai.fovea.train.golden;

import ai.fovea.base.ModelException;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.GoldenFile;
import ai.fovea.testkit.GoldenFormat;
import ai.fovea.testkit.Shared;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Runs golden files of networks: full records, records with outputs only, gears, training steps.
///
/// Each network gives several cases: its parameters, its outputs by libtorch and by ONNX Runtime, and whether the
/// two agree. Networks are built, filled, run and freed one at a time.
public final class ArchCases implements GoldenFormat {

  @Override
  public String name() {
    return "networks";
  }

  @Override
  public boolean accepts(Path file, JsonNode content) {
    String name = file.getFileName().toString();
    JsonNode first = content.path(0);
    return name.matches(".*\\.jsonl(\\.gz)?")
        && first.has("gain")
        && Stream.of("outputs", "params", "grads", "eval").anyMatch(first::has);
  }

  @Override
  public void run(Path file, Consumer<CaseResult> sink) {
    Map<String, JsonNode> full = null;
    int line = 0;
    for (JsonNode record : GoldenFile.records(file)) {
      String where = file.getFileName() + ":" + ++line;
      String name = record.path("name").asString("?");
      try {
        if (record.has("input_name")) {
          ArchGears.run(record, where, sink);
        } else if (record.has("grads")) {
          ArchTraining.run(record, where, sink);
        } else if (record.has("params")) {
          ArchNetworks.run(record, Optional.empty(), where, sink);
        } else {
          full = full == null ? references(file) : full;
          JsonNode network = full.get(name);
          if (network == null) {
            sink.accept(CaseResult.failed(name, "a full record of that name", "none", where));
          } else {
            ArchNetworks.run(network, Optional.of(record), where, sink);
          }
        }
      } catch (ModelException e) {
        sink.accept(CaseResult.failed(name, "a network", String.valueOf(e.getMessage()), where));
      }
    }
  }

  /// Full records by name, from the file's own folder and from the shared golden files.
  private static Map<String, JsonNode> references(Path file) {
    var found = new HashMap<String, JsonNode>();
    Shared.root().map(r -> r.resolve("golden/arch")).ifPresent(f -> collect(f, found));
    Optional.ofNullable(file.toAbsolutePath().getParent()).ifPresent(f -> collect(f, found));
    return found;
  }

  private static void collect(Path folder, Map<String, JsonNode> into) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      files
          .filter(f -> f.getFileName().toString().matches(".*\\.jsonl(\\.gz)?"))
          .sorted()
          .flatMap(f -> GoldenFile.records(f).stream())
          .filter(r -> r.has("params") && r.has("arch") && !r.has("input_name"))
          .forEach(r -> into.put(r.get("name").asString(), r));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
