package ai.fovea.program;

import ai.fovea.graph.DType;
import ai.fovea.program.Program.Instruction;
import ai.fovea.program.Program.Tensor;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Reads `inference.pdmodel`, a `ProgramDesc` of PaddlePaddle's `framework.proto`; field numbers are from there.
///
/// A name may be assigned more than once (operations that work in place): each assignment counts from there on.
final class PdModelReader {
  private static final int LOD_TENSOR = 7;

  private final Map<String, Tensor> variables = new LinkedHashMap<>();
  private final Map<String, Tensor> parameters = new LinkedHashMap<>();
  private final List<Instruction> instructions = new ArrayList<>();
  private final Map<Long, String> feeds = new TreeMap<>();
  private final Map<Long, String> fetches = new TreeMap<>();
  private int blocks;

  private PdModelReader() {}

  static Program read(String file, byte[] bytes) {
    try {
      CodedInputStream in = CodedInputStream.newInstance(bytes);
      return new PdModelReader().program(in);
    } catch (ProgramException e) {
      throw new ProgramException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new ProgramException(file + ": not a program of PaddlePaddle: " + e.getMessage(), e);
    }
  }

  /// What is done with a field of a message; false leaves it to be skipped.
  private interface Field {
    boolean read(int number, int wire) throws IOException;
  }

  /// Reads the fields of a message to its end.
  private static void fields(CodedInputStream in, Field field) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (!field.read(WireFormat.getTagFieldNumber(tag), WireFormat.getTagWireType(tag))) {
        in.skipField(tag);
      }
    }
  }

  /// Reads a message inside another one.
  private static void message(CodedInputStream in, Field field) throws IOException {
    int limit = in.pushLimit(in.readRawVarint32());
    fields(in, field);
    in.checkLastTagWas(0);
    in.popLimit(limit);
  }

  private Program program(CodedInputStream in) throws IOException {
    fields(
        in,
        (number, wire) -> {
          if (number != 1) {
            return false;
          }
          blocks++;
          block(in);
          return true;
        });
    if (blocks != 1) {
      throw new ProgramException(
          blocks == 0 ? "no program" : "a program with branches or loops can't be a network");
    }
    List<Tensor> inputs = new ArrayList<>();
    for (String name : feeds.values()) {
      Tensor tensor = variables.get(name);
      if (tensor == null) {
        throw new ProgramException("input '" + name + "' is not declared");
      }
      inputs.add(tensor);
    }
    return new Program(inputs, parameters, instructions, List.copyOf(fetches.values()));
  }

  private void block(CodedInputStream in) throws IOException {
    message(
        in,
        (number, wire) -> {
          switch (number) {
            case 3 -> variable(in);
            case 4 -> operation(in);
            default -> {
              return false;
            }
          }
          return true;
        });
  }

  private void variable(CodedInputStream in) throws IOException {
    var variable = new Variable();
    message(
        in,
        (number, wire) -> {
          switch (number) {
            case 1 -> variable.name = in.readString();
            case 2 -> type(in, variable);
            case 3 -> variable.persistable = in.readBool();
            default -> {
              return false;
            }
          }
          return true;
        });
    if (variable.kind != LOD_TENSOR) {
      return;
    }
    DType dtype =
        Names.dtype(variable.dtype)
            .orElseThrow(() ->
                new ProgramException(variable.name + ": unknown element type " + variable.dtype));
    Tensor tensor = new Tensor(variable.name, dtype, List.copyOf(variable.dims));
    variables.put(variable.name, tensor);
    if (variable.persistable) {
      parameters.put(variable.name, tensor);
    }
  }

  private static final class Variable {
    String name = "";
    boolean persistable;
    int kind;
    int dtype = -1;
    final List<Long> dims = new ArrayList<>();
  }

  private static void type(CodedInputStream in, Variable variable) throws IOException {
    message(
        in,
        (number, wire) -> {
          switch (number) {
            case 1 -> variable.kind = in.readEnum();
            case 3 ->
                message(
                    in,
                    (field, inner) -> {
                      if (field == 1) {
                        tensor(in, variable);
                      }
                      return field == 1;
                    });
            default -> {
              return false;
            }
          }
          return true;
        });
  }

  private static void tensor(CodedInputStream in, Variable variable) throws IOException {
    message(
        in,
        (number, wire) -> {
          switch (number) {
            case 1 -> variable.dtype = in.readEnum();
            case 2 -> repeated(in, wire, () -> variable.dims.add(in.readInt64()));
            default -> {
              return false;
            }
          }
          return true;
        });
  }

  private interface Item {
    void read() throws IOException;
  }

  /// Reads one value of a repeated field, or all of a packed one.
  private static void repeated(CodedInputStream in, int wire, Item item) throws IOException {
    if (wire != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      item.read();
      return;
    }
    int limit = in.pushLimit(in.readRawVarint32());
    while (!in.isAtEnd()) {
      item.read();
    }
    in.popLimit(limit);
  }

  private void operation(CodedInputStream in) throws IOException {
    var inputs = new LinkedHashMap<String, List<String>>();
    var outputs = new LinkedHashMap<String, List<String>>();
    var attributes = new LinkedHashMap<String, Object>();
    String[] type = {""};
    message(
        in,
        (number, wire) -> {
          switch (number) {
            case 1 -> slot(in, inputs);
            case 2 -> slot(in, outputs);
            case 3 -> type[0] = in.readString();
            case 4 -> attribute(in, attributes);
            default -> {
              return false;
            }
          }
          return true;
        });
    switch (type[0]) {
      case "feed" -> put(feeds, attributes, outputs.get("Out"), "input");
      case "fetch" -> put(fetches, attributes, inputs.get("X"), "output");
      default ->
          instructions.add(new Instruction(Names.type(type[0]), inputs, outputs, attributes));
    }
  }

  private static void put(
      Map<Long, String> at,
      Map<String, Object> attributes,
      @org.jspecify.annotations.Nullable List<String> names,
      String what) {
    if (names == null
        || names.size() != 1
        || !(attributes.get("col") instanceof Long column)
        || at.put(column, names.getFirst()) != null) {
      throw new ProgramException("an " + what + " without a place of its own: " + names);
    }
  }

  private static void slot(CodedInputStream in, Map<String, List<String>> slots)
      throws IOException {
    String[] name = {""};
    List<String> arguments = new ArrayList<>();
    message(
        in,
        (number, wire) -> {
          switch (number) {
            case 1 -> name[0] = in.readString();
            case 2 -> arguments.add(in.readString());
            default -> {
              return false;
            }
          }
          return true;
        });
    if (!arguments.isEmpty()) {
      slots.put(name[0], List.copyOf(arguments));
    }
  }

  private static void attribute(CodedInputStream in, Map<String, Object> attributes)
      throws IOException {
    String[] name = {""};
    Object[] single = {null};
    List<Object> list = new ArrayList<>();
    int[] kind = {-1};
    message(
        in,
        (number, wire) -> {
          switch (number) {
            case 1 -> name[0] = in.readString();
            case 2 -> kind[0] = in.readEnum();
            case 3 -> single[0] = (long) in.readInt32();
            case 4 -> single[0] = (double) in.readFloat();
            case 5 -> single[0] = in.readString();
            case 6 -> repeated(in, wire, () -> list.add((long) in.readInt32()));
            case 7 -> repeated(in, wire, () -> list.add((double) in.readFloat()));
            case 8 -> list.add(in.readString());
            case 10 -> single[0] = in.readBool();
            case 11 -> repeated(in, wire, () -> list.add(in.readBool()));
            case 13 -> single[0] = in.readInt64();
            case 15 -> repeated(in, wire, () -> list.add(in.readInt64()));
            case 16 -> repeated(in, wire, () -> list.add(in.readDouble()));
            case 19 -> single[0] = in.readDouble();
            default -> {
              return false;
            }
          }
          return true;
        });
    // INTS, FLOATS, STRINGS, BOOLEANS, LONGS, FLOAT64S; an empty list leaves nothing but its kind.
    boolean isList = List.of(3, 4, 5, 7, 11, 12).contains(kind[0]);
    if (isList) {
      attributes.put(name[0], List.copyOf(list));
    } else if (single[0] != null) {
      attributes.put(name[0], single[0]);
    }
  }
}
