package ai.fovea.exchange;

import ai.fovea.base.AtomicFile;
import ai.fovea.base.WholeFile;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.Similarity;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What an export remembers of the gallery that it came from, so that it comes back without further options: in JSON lines the keys
/// `model` and `similarity` of each line, beside an index of Faiss the file `fovea.json` with the same keys and with `index`, the
/// SHA-256 of the index, so that it does not speak for an index that another program put in its place.
///
/// @param model the id of the model that made the vectors
/// @param similarity how they are compared
public record Origin(Optional<String> model, Optional<Similarity> similarity) {
  /// The file beside an index.
  public static final String FILE = "fovea.json";

  static final String MODEL = "model";
  static final String SIMILARITY = "similarity";
  private static final String INDEX_HASH = "index";
  private static final Origin UNKNOWN = new Origin(Optional.empty(), Optional.empty());
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int MOST_BYTES = 1 << 16;

  /// That of a gallery with these settings.
  static Origin of(GallerySettings settings) {
    return new Origin(Optional.of(settings.modelId()), Optional.of(settings.similarity()));
  }

  /// What a file of JSON lines or a folder with an index says; empty where it says nothing. Where lines differ, what most of them
  /// say counts; [GalleryJsonl] then refuses the others.
  ///
  /// @throws ExchangeException for a `fovea.json` that can't be read as such, or that describes another index than lies beside it
  public static Origin read(Path from) throws IOException {
    if (!Files.isDirectory(from)) {
      return GalleryJsonl.origin(from);
    }
    Path file = from.resolve(FILE);
    if (!Files.exists(file)) {
      return UNKNOWN;
    }
    JsonNode json;
    try {
      json = JSON.readTree(WholeFile.read(file, MOST_BYTES));
    } catch (JacksonException e) {
      throw new ExchangeException(file.toString(), "not JSON: " + e.getOriginalMessage());
    }
    List<String> wrong = new ArrayList<>();
    Origin origin = of(json, wrong);
    Optional<String> hash = text(json, INDEX_HASH, wrong);
    Path index = from.resolve(PaddleGallery.INDEX);
    if (hash.isPresent() && Files.exists(index) && !hash.get().equals(hash(index))) {
      wrong.add(
          "describes another "
              + PaddleGallery.INDEX
              + " than lies beside it, which has been changed since: remove "
              + FILE
              + ", and name the model that made the vectors");
    }
    if (!wrong.isEmpty()) {
      throw new ExchangeException(file.toString(), wrong, wrong.size());
    }
    return origin;
  }

  /// What an object says.
  ///
  /// @param wrong gets what is wrong with it
  static Origin of(JsonNode json, List<String> wrong) {
    Optional<String> similarity = text(json, SIMILARITY, wrong);
    Optional<Similarity> known = similarity.flatMap(Similarity::of);
    if (similarity.isPresent() && known.isEmpty()) {
      wrong.add(
          SIMILARITY
              + ": unknown name '"
              + similarity.get()
              + "', expected "
              + Arrays.stream(Similarity.values())
                  .map(Similarity::text)
                  .collect(Collectors.joining(", ")));
    }
    return new Origin(text(json, MODEL, wrong), known);
  }

  private static Optional<String> text(JsonNode json, String key, List<String> wrong) {
    JsonNode value = json.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isString() || value.asString().isBlank()) {
      wrong.add(key + ": expected text");
      return Optional.empty();
    }
    return Optional.of(value.asString());
  }

  /// Why images of this origin can't be in a gallery; empty where nothing speaks against it.
  ///
  /// @param same whether another id is of the gallery's model all the same
  Optional<String> problem(GallerySettings gallery, Predicate<String> same) {
    List<String> wrong =
        Stream.of(
                model
                    .filter(id -> !id.equals(gallery.modelId()) && !same.test(id))
                    .map(
                        id -> "its vector is of the model " + id + ", not of " + gallery.modelId()),
                similarity
                    .filter(s -> s != gallery.similarity())
                    .map(s ->
                        "its vector is to be compared by "
                            + s.text()
                            + ", not by "
                            + gallery.similarity().text()))
            .flatMap(Optional::stream)
            .toList();
    return wrong.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", wrong));
  }

  /// Writes the file beside the index that is there; a crash leaves the old one or the new one.
  void write(Path folder) throws IOException {
    var json = JSON.createObjectNode();
    model.ifPresent(id -> json.put(MODEL, id));
    similarity.ifPresent(s -> json.put(SIMILARITY, s.text()));
    json.put(INDEX_HASH, hash(folder.resolve(PaddleGallery.INDEX)));
    AtomicFile.write(
        folder.resolve(FILE),
        (JSON.writeValueAsString(json) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static String hash(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    WholeFile.requireFile(file);
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
