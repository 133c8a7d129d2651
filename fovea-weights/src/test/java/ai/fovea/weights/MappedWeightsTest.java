package ai.fovea.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.graph.DType;
import ai.fovea.graph.NDArray;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Weights are views of the files that hold them, of any length.
class MappedWeightsTest {
  private static final int ROWS = 600_000_000; // float32: 2.4 GB

  @TempDir Path folder;

  private static Map<String, NDArray> ofEachType() {
    var random = new SplittableRandom(3);
    var tensors = new LinkedHashMap<String, NDArray>();
    for (DType type : DType.values()) {
      byte[] raw = new byte[6 * type.bytes()];
      random.nextBytes(raw);
      tensors.put("t." + type.text(), NDArray.view(type, MemorySegment.ofArray(raw), 2, 3));
    }
    tensors.put("empty", NDArray.of(new float[0], 0, 3));
    tensors.put("scalar", NDArray.of(new long[] {7}));
    return tensors;
  }

  private static void assertSame(Map<String, NDArray> got, Map<String, NDArray> expected) {
    assertThat(got.keySet()).containsExactlyElementsOf(expected.keySet());
    expected.forEach((name, array) -> {
      assertThat(got.get(name).dtype()).as(name).isEqualTo(array.dtype());
      assertThat(got.get(name).shape()).as(name).isEqualTo(array.shape());
      assertThat(got.get(name).memory().mismatch(array.memory())).as(name).isEqualTo(-1);
    });
  }

  @Test
  void tensorsOfEachTypeAreViewsOfTheFile() throws IOException {
    Map<String, NDArray> tensors = ofEachType();
    Path safe = folder.resolve("w.safetensors");
    Path params = folder.resolve("w.pdparams");
    Safetensors.write(safe, tensors);
    PaddleParams.write(params, tensors);
    assertSame(Safetensors.read(safe), tensors);
    assertSame(PaddleParams.read(params).tensors(), tensors);
    assertThat(Safetensors.read(safe).get("t.float32").memory().isMapped()).isTrue();
    assertThat(PaddleParams.read(params).tensors().get("t.float32").memory().isMapped()).isTrue();
    // Written again from the mapped file that is replaced by it.
    Map<String, NDArray> mapped = PaddleParams.read(params).tensors();
    PaddleParams.write(params, mapped);
    assertSame(mapped, tensors);
    assertSame(PaddleParams.read(params).tensors(), tensors);
  }

  @Test
  void weightsThatLieInOrdinaryMemoryAreReadToo() throws IOException {
    Path file = folder.resolve("w.safetensors");
    Safetensors.write(file, ofEachType());
    MemorySegment copied = MemorySegment.ofArray(Files.readAllBytes(file));
    assertSame(Safetensors.read("copied", copied), ofEachType());
    Path empty = Files.createFile(folder.resolve("empty"));
    assertThatThrownBy(() -> Pickle.read(empty)).hasMessage(empty + ": the file is empty");
  }

  @Test
  void aReplacedFileStaysReadableAndOneThatIsCutOffIsAnErrorAndNoCrash() throws IOException {
    Path file = folder.resolve("w.safetensors");
    float[] values = new float[1 << 20];
    Arrays.fill(values, 3);
    Map<String, NDArray> one = Map.of("w", NDArray.of(values, values.length));
    Safetensors.write(file, one);
    NDArray before = Safetensors.read(file).get("w");
    Safetensors.write(file, Map.of("w", NDArray.of(new float[values.length], values.length)));
    assertThat(before.floats()).containsOnly(3);
    NDArray cut = Safetensors.read(file).get("w");
    try (FileChannel channel = FileChannel.open(file, java.nio.file.StandardOpenOption.WRITE)) {
      channel.truncate(1 << 16);
    }
    assertThatThrownBy(cut::floats).isInstanceOf(InternalError.class);
  }

  /// Sparse files: they take no room on the disk. The memory that the tests have is 3 GiB, and they must not take any of it.
  @ParameterizedTest
  @ValueSource(strings = {"w.safetensors", "w.pdparams"})
  void filesBeyondTwoGigabytesTakeNoHeap(String name) throws IOException {
    Path file = folder.resolve(name);
    long bytes = 4L * ROWS;
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      if (name.endsWith("safetensors")) {
        safetensors(out, bytes);
      } else {
        pickle(out, bytes);
      }
    }
    long heapBefore = heap();
    Map<String, NDArray> tensors =
        name.endsWith("safetensors") ? Safetensors.read(file) : PaddleParams.read(file).tensors();
    NDArray large = tensors.get("large");
    assertThat(large.size()).isEqualTo(ROWS);
    float[] last = new float[2];
    large.copyFloats(ROWS - 2, last, 2);
    assertThat(last).containsExactly(0, 2.5f);
    assertThat(tensors.get("small").floats()).containsExactly(1, 2);
    assertThat(heap() - heapBefore).isLessThan(16L << 20);
  }

  private static long heap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static byte[] floats(float... values) {
    ByteBuffer out = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    out.asFloatBuffer().put(values);
    return out.array();
  }

  private static void safetensors(RandomAccessFile out, long bytes) throws IOException {
    String header =
        "{\"large\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[0,%d]},\"small\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[%d,%d]}}"
            .formatted(ROWS, bytes, bytes, bytes + 8);
    out.writeLong(Long.reverseBytes(header.length()));
    out.write(header.getBytes(StandardCharsets.US_ASCII));
    out.seek(out.getFilePointer() + bytes - 4);
    out.write(floats(2.5f, 1, 2));
  }

  /// What a writer makes of a small tensor, with the shape and the length of the large one in its place.
  private static void pickle(RandomAccessFile out, long bytes) throws IOException {
    var both = new LinkedHashMap<String, NDArray>();
    both.put("large", NDArray.of(new float[] {9}, 1, 1));
    both.put("small", NDArray.of(new float[] {1, 2}, 2));
    byte[] small = Pickle.dump(both);
    MemorySegment memory = MemorySegment.ofArray(small);
    var i32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    var i64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    byte[] value = floats(9);
    int at = indexOf(small, value);
    // Behind the mark of the shape: twice 'J' and a number of four bytes.
    int shape = indexOf(small, new byte[] {'J', 1, 0, 0, 0, 'J', 1, 0, 0, 0, 't'});
    memory.set(i32, shape + 1L, ROWS);
    memory.set(i64, at - 8L, bytes);
    out.write(small, 0, at);
    out.seek(at + bytes - 4);
    out.write(floats(2.5f));
    out.write(small, at + 4, small.length - at - 4);
  }

  private static int indexOf(byte[] all, byte[] part) {
    for (int i = 0; i + part.length <= all.length; i++) {
      if (Arrays.equals(all, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new IllegalStateException("not in it");
  }
}
