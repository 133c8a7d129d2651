package ai.fovea.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Files of one JSON object a line, compressed (`.gz`) or not.
public final class GoldenFile {
  private static final JsonMapper JSON = JsonMapper.shared();

  private GoldenFile() {}

  /// All records of the file.
  public static List<JsonNode> records(Path file) {
    try (BufferedReader reader = open(file)) {
      return reader.lines().filter(l -> !l.isBlank()).map(JSON::readTree).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The first record of the file; what follows it is not read.
  public static Optional<JsonNode> first(Path file) {
    try (BufferedReader reader = open(file)) {
      return reader.lines().filter(l -> !l.isBlank()).findFirst().map(JSON::readTree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BufferedReader open(Path file) throws IOException {
    InputStream raw = Files.newInputStream(file);
    try {
      InputStream plain =
          file.getFileName().toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
      return new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8));
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /// A JSON object as a map; empty where it is none.
  public static Map<String, @Nullable Object> map(JsonNode object) {
    var values = new LinkedHashMap<String, @Nullable Object>();
    if (plain(object) instanceof Map<?, ?> map) {
      map.forEach((key, value) -> values.put(String.valueOf(key), value));
    }
    return values;
  }

  /// A JSON value as plain Java: maps, lists, strings, numbers, booleans, null.
  public static Object plain(JsonNode node) {
    return JSON.convertValue(node, Object.class);
  }
}
