package ai.fovea.cli.text;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/// How results are written as JSON. JSON has no NaN and no infinity: such a number is written as `null`, never as a text, so
/// that a number is a number wherever it stands. Only ASCII leaves, so that the text is read alike under every locale. Keys are
/// `snake_case`.
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .addModule(
              new SimpleModule()
                  .addSerializer(Double.class, new FiniteNumber<>(Double.class))
                  .addSerializer(double.class, new FiniteNumber<>(double.class))
                  .addSerializer(Float.class, new FiniteNumber<>(Float.class))
                  .addSerializer(float.class, new FiniteNumber<>(float.class))
                  .addSerializer(new Doubles())
                  .addSerializer(new Floats()))
          .build();

  private Json() {}

  /// The value, indented.
  public static String write(Object value) {
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
  }

  /// The document of a command that failed.
  public static Map<String, Object> error(String message, List<String> problems, int status) {
    var error = new LinkedHashMap<String, Object>();
    error.put("message", message);
    error.put("problems", problems);
    var document = new LinkedHashMap<String, Object>();
    document.put("error", error);
    document.put("exit", status);
    return document;
  }

  private static void write(double value, JsonGenerator to) {
    if (Double.isFinite(value)) {
      to.writeNumber(value);
    } else {
      to.writeNull();
    }
  }

  private static void write(float value, JsonGenerator to) {
    if (Float.isFinite(value)) {
      to.writeNumber(value);
    } else {
      to.writeNull();
    }
  }

  private static final class FiniteNumber<T> extends StdSerializer<T> {
    FiniteNumber(Class<T> type) {
      super(type);
    }

    @Override
    public void serialize(T value, JsonGenerator to, SerializationContext context) {
      switch (value) {
        case Float f -> write(f.floatValue(), to);
        case Double d -> write(d.doubleValue(), to);
        default -> throw new IllegalArgumentException("not a number: " + value);
      }
    }
  }

  private static final class Doubles extends StdSerializer<double[]> {
    Doubles() {
      super(double[].class);
    }

    @Override
    public void serialize(double[] values, JsonGenerator to, SerializationContext context) {
      to.writeStartArray(values, values.length);
      for (double v : values) {
        write(v, to);
      }
      to.writeEndArray();
    }
  }

  private static final class Floats extends StdSerializer<float[]> {
    Floats() {
      super(float[].class);
    }

    @Override
    public void serialize(float[] values, JsonGenerator to, SerializationContext context) {
      to.writeStartArray(values, values.length);
      for (float v : values) {
        write(v, to);
      }
      to.writeEndArray();
    }
  }
}
