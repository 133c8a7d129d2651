package ai.fovea.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Files of one JSON object a line, compressed (`.gz`) or not.
public final class GoldenFile {
  private static final JsonMapper JSON = JsonMapper.shared();

  private GoldenFile() {}

  /// All records of the file.
  public static List<JsonNode> records(Path file) {
    try (InputStream raw = Files.newInputStream(file);
        InputStream plain =
            file.getFileName().toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
        var reader = new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
      return reader.lines().filter(l -> !l.isBlank()).map(JSON::readTree).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A JSON value as plain Java: maps, lists, strings, numbers, booleans, null.
  public static Object plain(JsonNode node) {
    return JSON.convertValue(node, Object.class);
  }
}
