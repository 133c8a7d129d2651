package ai.fovea.exchange;

import ai.fovea.base.Problems;
import ai.fovea.weights.Pickle;
import ai.fovea.weights.WeightsException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// `id_map.pkl`: a pickled dict from `numpy.int64` to text.
final class IdMapPickle {
  // As many items as Python puts on its stack at once.
  private static final int BATCH = 1000;

  private IdMapPickle() {}

  static SortedMap<Long, String> read(String name, byte[] content, Problems problems) {
    Object root;
    try {
      root = Pickle.load(name, content);
    } catch (WeightsException e) {
      throw new ExchangeException(name, problem(name, e) + ": not an id map");
    }
    if (!(root instanceof Map<?, ?> map)) {
      throw new ExchangeException(name, "holds no dict, so it is not an id map");
    }
    SortedMap<Long, String> lines = new TreeMap<>();
    for (var item : map.entrySet()) {
      if (!(item.getKey() instanceof Long id) || id < 0) {
        problems.add("key " + item.getKey() + ": expected a whole number of 0 or more");
      } else if (!(item.getValue() instanceof String line)) {
        problems.add("id " + id + ": expected text");
      } else {
        lines.put(id, line.strip());
      }
    }
    return lines;
  }

  private static String problem(String name, WeightsException e) {
    String message = String.valueOf(e.getMessage());
    return message.startsWith(name + ": ") ? message.substring(name.length() + 2) : message;
  }

  /// Protocol 4. The type and the function that makes a number of it are written once and referred to.
  static byte[] write(SortedMap<Long, String> lines) {
    Opcodes out = new Opcodes();
    out.op(0x80).op(4);
    // scalar and dtype('<i8') become numbers 0 and 1 of the memo.
    out.text("numpy.core.multiarray").text("scalar").op(0x93).op(0x94).op('0');
    out.text("numpy").text("dtype").op(0x93).text("i8").op(0x89).op(0x88).op(0x87).op('R').op(0x94);
    out.op('(').op('K').op(3).text("<").op('N').op('N').op('N');
    out.op('J').little(4, -1).op('J').little(4, -1).op('K').op(0).op('t').op('b').op('0');
    out.op('}');
    int inBatch = 0;
    for (var line : lines.entrySet()) {
      if (inBatch == 0) {
        out.op('(');
      }
      out.op('h').op(0).op('h').op(1).op('C').op(Long.BYTES).little(Long.BYTES, line.getKey());
      out.op(0x86).op('R').text(line.getValue());
      inBatch = (inBatch + 1) % BATCH;
      if (inBatch == 0) {
        out.op('u');
      }
    }
    if (inBatch > 0) {
      out.op('u');
    }
    return out.op('.').bytes.toByteArray();
  }

  /// Writes operations of Python's pickle machine.
  private static final class Opcodes {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Opcodes op(int code) {
      bytes.write(code);
      return this;
    }

    Opcodes little(int size, long value) {
      byte[] all =
          ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
      bytes.write(all, 0, size);
      return this;
    }

    Opcodes text(String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      op('X').little(4, utf8.length);
      bytes.writeBytes(utf8);
      return this;
    }
  }
}
