package ai.fovea.program;

import ai.fovea.graph.DType;
import ai.fovea.program.Program.Instruction;
import ai.fovea.program.Program.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads `inference.json`, the format of PaddlePaddle 3 (PIR).
///
/// A value is a number. Lists of values are made by `builtin.combine` and taken apart by `builtin.split`; both disappear here: an input of an
/// operation is a list of names already.
final class PirReader {
  private static final JsonMapper JSON = new JsonMapper();

  private final List<Tensor> inputs = new ArrayList<>();
  private final Map<String, Tensor> parameters = new LinkedHashMap<>();
  private final List<Instruction> instructions = new ArrayList<>();
  private final Map<Long, String> outputs = new TreeMap<>();
  // The names that a value stands for: several where it is a list.
  private final Map<Long, List<String>> names = new HashMap<>();

  private PirReader() {}

  static Program read(String file, byte[] bytes) {
    try {
      return new PirReader().program(JSON.readTree(bytes));
    } catch (JacksonException e) {
      throw new ProgramException(file + ": not JSON: " + e.getOriginalMessage(), e);
    } catch (ProgramException e) {
      throw new ProgramException(file + ": " + e.getMessage(), e);
    }
  }

  private Program program(JsonNode root) {
    if (!root.path("base_code").path("magic").asString("").equals("pir")) {
      throw new ProgramException("not a program of PaddlePaddle: base_code has no magic 'pir'");
    }
    JsonNode regions = root.path("program").path("regions");
    JsonNode blocks = regions.path(0).path("blocks");
    if (regions.size() != 1 || blocks.size() != 1) {
      throw new ProgramException("a program with branches or loops can't be a network");
    }
    for (JsonNode op : blocks.path(0).path("ops")) {
      add(op);
    }
    return new Program(inputs, parameters, instructions, List.copyOf(outputs.values()));
  }

  private void add(JsonNode op) {
    String name = op.path("#").asString("");
    switch (name) {
      case "p" -> {
        Tensor tensor = tensor(op.path("A").path(3).asString(""), op.path("O").path("TT"));
        parameters.put(tensor.name(), tensor);
        names.put(id(op.path("O")), List.of(tensor.name()));
      }
      case "1.data" -> {
        JsonNode output = op.path("O").path(0);
        Tensor tensor = tensor(attributes(op).get("name") + "", output.path("TT"));
        inputs.add(tensor);
        names.put(id(output), List.of(tensor.name()));
      }
      case "1.fetch" -> {
        Object column = attributes(op).get("col");
        List<String> from = named(op.path("I").path(0));
        if (!(column instanceof Long at)
            || from.size() != 1
            || outputs.put(at, from.getFirst()) != null) {
          throw new ProgramException("an output without a place of its own: " + op);
        }
      }
      case "0.combine" -> {
        List<String> all = new ArrayList<>();
        for (JsonNode input : op.path("I")) {
          all.addAll(named(input));
        }
        names.put(id(op.path("O").path(0)), List.copyOf(all));
      }
      case "0.split" -> {
        List<String> all = named(op.path("I").path(0));
        JsonNode parts = op.path("O");
        if (all.size() != parts.size()) {
          throw new ProgramException(
              "a list of " + all.size() + " values is taken apart into " + parts.size());
        }
        for (int i = 0; i < all.size(); i++) {
          names.put(id(parts.path(i)), List.of(all.get(i)));
        }
      }
      default -> instructions.add(instruction(name, op));
    }
  }

  private Instruction instruction(String name, JsonNode op) {
    if (!name.startsWith("1.")) {
      throw new ProgramException("unknown operation '" + name + "'");
    }
    String type = Names.type(name.substring(2));
    var in = new LinkedHashMap<String, List<String>>();
    int index = 0;
    for (JsonNode input : op.path("I")) {
      if (id(input) != 0) {
        in.put(Names.input(type, index), named(input));
      }
      index++;
    }
    var out = new LinkedHashMap<String, List<String>>();
    index = 0;
    for (JsonNode output : op.path("O")) {
      long id = id(output);
      int parts =
          output.path("TT").path("#").asString("").equals("0.t_vec")
              ? output.path("TT").path("D").size()
              : 1;
      List<String> all = new ArrayList<>();
      for (int part = 0; part < parts; part++) {
        all.add("%" + id + (parts == 1 ? "" : "." + part));
      }
      names.put(id, List.copyOf(all));
      out.put(index++ == 0 ? "Out" : "output " + (index - 1), List.copyOf(all));
    }
    return new Instruction(type, in, out, attributes(op));
  }

  private List<String> named(JsonNode value) {
    List<String> found = names.get(id(value));
    if (found == null) {
      throw new ProgramException("value " + value + " is used before anything yields it");
    }
    return found;
  }

  private static long id(JsonNode value) {
    return value.path("%").asLong(0);
  }

  private static Tensor tensor(String name, JsonNode type) {
    JsonNode parts = type.path("D");
    String code = parts.path(0).path("#").asString("");
    DType dtype =
        Names.dtype(code)
            .orElseThrow(() -> new ProgramException(name + ": unknown element type " + code));
    return new Tensor(name, dtype, parts.path(1).valueStream().map(d -> d.asLong(0)).toList());
  }

  private static Map<String, Object> attributes(JsonNode op) {
    var attributes = new LinkedHashMap<String, Object>();
    for (JsonNode attribute : op.path("A")) {
      attributes.put(attribute.path("N").asString(""), value(attribute.path("AT")));
    }
    return attributes;
  }

  private static Object value(JsonNode typed) {
    JsonNode data = typed.path("D");
    return switch (typed.path("#").asString("")) {
      case "0.a_array" -> {
        List<Object> all = new ArrayList<>();
        for (JsonNode each : data) {
          all.add(value(each));
        }
        yield all;
      }
      case "1.a_intarray" -> data.valueStream().map(d -> (Object) d.asLong(0)).toList();
      case "1.a_scalar" -> scalar(data.isArray() ? data.path(data.size() - 1) : data);
      default -> scalar(data);
    };
  }

  private static Object scalar(JsonNode data) {
    return data.isBoolean()
        ? (Object) data.asBoolean()
        : data.isIntegralNumber()
            ? (Object) data.asLong()
            : data.isNumber() ? (Object) data.asDouble() : data.asString(data.toString());
  }
}
