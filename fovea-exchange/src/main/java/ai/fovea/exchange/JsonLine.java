package ai.fovea.exchange;

import ai.fovea.gallery.NewEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One image in [GalleryJsonl].
///
/// @param origin what the line says of the gallery that it came from
record JsonLine(NewEntry image, Origin origin) {
  private static final Set<String> KEYS =
      Set.of(
          "id",
          "label",
          "source",
          "attributes",
          "vector",
          "thumbnail",
          Origin.MODEL,
          Origin.SIMILARITY);
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /// The image that a line describes.
  ///
  /// @param label receives the label as it is written
  /// @throws IllegalArgumentException with all that is wrong
  static JsonLine read(String line, Consumer<String> label) {
    JsonNode json;
    try {
      json = JSON.readTree(line);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
    if (!json.isObject()) {
      throw new IllegalArgumentException("expected a JSON object");
    }
    List<String> wrong = new ArrayList<>();
    json.propertyNames().stream()
        .filter(key -> !KEYS.contains(key))
        .forEach(key -> wrong.add("unknown key " + key));
    if (!json.path("label").isString()) {
      wrong.add("label: expected text");
    }
    label.accept(json.path("label").asString(""));
    NewEntry image =
        NewEntry.of(json.path("label").asString(""), vector(json.path("vector"), wrong));
    JsonNode id = json.path("id");
    if (id.isIntegralNumber() && id.canConvertToLong()) {
      image = image.withId(id.asLong());
    } else if (!id.isMissingNode() && !id.isNull()) {
      wrong.add("id: expected a whole number");
    }
    JsonNode source = json.path("source");
    if (source.isString()) {
      image = image.withSource(source.asString());
    } else if (!source.isMissingNode() && !source.isNull()) {
      wrong.add("source: expected text");
    }
    image = attributes(image, json.path("attributes"), wrong);
    JsonNode thumbnail = json.path("thumbnail");
    if (thumbnail.isString()) {
      try {
        image = image.withThumbnail(Base64.getDecoder().decode(thumbnail.asString()));
      } catch (IllegalArgumentException e) {
        wrong.add("thumbnail: " + e.getMessage());
      }
    } else if (!thumbnail.isMissingNode() && !thumbnail.isNull()) {
      wrong.add("thumbnail: expected Base64 of a JPEG file");
    }
    Origin origin = Origin.of(json, wrong);
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(String.join(", ", wrong));
    }
    return new JsonLine(image, origin);
  }

  private static NewEntry attributes(NewEntry to, JsonNode json, List<String> wrong) {
    if (!json.isObject() && !json.isMissingNode() && !json.isNull()) {
      wrong.add("attributes: expected an object");
    }
    NewEntry image = to;
    for (String key : json.propertyNames()) {
      JsonNode value = json.path(key);
      if (value.isString()) {
        image = image.withAttribute(key, value.asString());
      } else {
        wrong.add("attribute " + key + ": expected text");
      }
    }
    return image;
  }

  private static float[] vector(JsonNode json, List<String> wrong) {
    if (json.isString()) {
      return decoded(json.asString(), wrong);
    }
    if (!json.isArray()) {
      wrong.add("vector: expected Base64 of little-endian floats, or an array of numbers");
      return new float[0];
    }
    float[] vector = new float[json.size()];
    for (int d = 0; d < vector.length; d++) {
      if (!json.get(d).isNumber()) {
        wrong.add("vector: value " + d + " is no number");
        return new float[0];
      }
      vector[d] = (float) json.get(d).asDouble();
    }
    return vector;
  }

  private static float[] decoded(String text, List<String> wrong) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      wrong.add("vector: not Base64: " + e.getMessage());
      return new float[0];
    }
    if (bytes.length % Float.BYTES != 0) {
      wrong.add("vector: " + bytes.length + " bytes, expected a multiple of " + Float.BYTES);
    }
    float[] vector = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    return vector;
  }
}
