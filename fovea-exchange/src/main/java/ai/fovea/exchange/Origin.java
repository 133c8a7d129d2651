package ai.fovea.exchange;

import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.Similarity;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What an export remembers of the gallery that it came from, so that it comes back without further options: in JSON lines the keys
/// `model` and `similarity` of each line, beside an index of Faiss the file `fovea.json` with the same keys.
///
/// @param model the id of the model that made the vectors
/// @param similarity how they are compared
public record Origin(Optional<String> model, Optional<Similarity> similarity) {
  /// The file beside an index.
  public static final String FILE = "fovea.json";

  static final String MODEL = "model";
  static final String SIMILARITY = "similarity";
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int MOST_BYTES = 1 << 16;

  /// That of a gallery with these settings.
  static Origin of(GallerySettings settings) {
    return new Origin(Optional.of(settings.modelId()), Optional.of(settings.similarity()));
  }

  /// What a file of JSON lines or a folder with an index says; empty where it says nothing.
  ///
  /// @throws ExchangeException for a `fovea.json` that can't be read as such
  public static Origin read(Path from) throws IOException {
    if (!Files.isDirectory(from)) {
      return ofLines(from);
    }
    Path file = from.resolve(FILE);
    if (!Files.exists(file)) {
      return new Origin(Optional.empty(), Optional.empty());
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new ExchangeException(file.toString(), "too large to be one of ours");
    }
    try {
      return of(JSON.readTree(Files.readString(file)));
    } catch (JacksonException e) {
      throw new ExchangeException(file.toString(), "not JSON: " + e.getOriginalMessage());
    }
  }

  /// Of the first line; one that can't be read says nothing, and is reported when all lines are.
  private static Origin ofLines(Path file) throws IOException {
    try (BufferedReader in = Files.newBufferedReader(file)) {
      String first = new Lines(in).next();
      return first == null
          ? new Origin(Optional.empty(), Optional.empty())
          : of(JSON.readTree(first));
    } catch (JacksonException | java.nio.charset.CharacterCodingException e) {
      return new Origin(Optional.empty(), Optional.empty());
    }
  }

  private static Origin of(JsonNode json) {
    return new Origin(
        text(json, MODEL).filter(model -> !model.isBlank()),
        text(json, SIMILARITY).flatMap(Similarity::of));
  }

  private static Optional<String> text(JsonNode json, String key) {
    JsonNode value = json.path(key);
    return value.isString() ? Optional.of(value.asString()) : Optional.empty();
  }

  /// Writes the file beside an index; a crash leaves the old one or the new one.
  void write(Path folder) throws IOException {
    var json = JSON.createObjectNode();
    model.ifPresent(id -> json.put(MODEL, id));
    similarity.ifPresent(s -> json.put(SIMILARITY, s.text()));
    Path temporary = folder.resolve(FILE + "." + UUID.randomUUID() + ".tmp");
    try {
      Files.writeString(temporary, JSON.writeValueAsString(json) + "\n", StandardCharsets.UTF_8);
      Files.move(
          temporary,
          folder.resolve(FILE),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
