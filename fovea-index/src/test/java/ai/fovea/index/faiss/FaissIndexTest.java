package ai.fovea.index.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.index.Hit;
import ai.fovea.index.IndexSettings;
import ai.fovea.index.Metric;
import ai.fovea.index.Search;
import ai.fovea.index.VectorIndex;
import ai.fovea.index.faiss.FaissIndex.BinaryFlat;
import ai.fovea.index.faiss.FaissIndex.BinaryHnsw;
import ai.fovea.index.faiss.FaissIndex.BinaryIvf;
import ai.fovea.index.faiss.FaissIndex.Flat;
import ai.fovea.index.faiss.FaissIndex.Hnsw;
import ai.fovea.index.faiss.FaissIndex.IdMap;
import ai.fovea.index.faiss.FaissIndex.IvfFlat;
import ai.fovea.index.faiss.InvertedLists.Entries;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaissIndexTest {
  private static final float[][] VECTORS = {{1, 0}, {0, 1}, {-1, 0}};

  private static Flat flat(Metric metric) {
    return Flat.of(2, metric, VECTORS);
  }

  /// Three rows on level 0, the first on level 1 too, each linked to the others.
  private static FaissGraph graph() {
    return new FaissGraph(
        LittleEndian.of(0L, 0L),
        LittleEndian.of(0, 4, 6),
        LittleEndian.of(2, 1, 1),
        LittleEndian.of(0L, 6L, 10L, 14L),
        LittleEndian.of(1, 2, -1, -1, -1, -1, 0, 2, -1, -1, 0, 1, -1, -1),
        0,
        1,
        40,
        16);
  }

  private static InvertedLists lists(long... ids) {
    Flat rows = flat(Metric.L2);
    return new InvertedLists(
        8,
        List.of(
            new Entries(rows.vectors().asSlice(0, 16), LittleEndian.of(ids[0], ids[1])),
            Entries.NONE,
            new Entries(rows.vectors().asSlice(16, 8), LittleEndian.of(ids[2]))));
  }

  private static BinaryFlat bits(int... bytes) {
    byte[] all = new byte[bytes.length];
    IntStream.range(0, bytes.length).forEach(i -> all[i] = (byte) bytes[i]);
    return new BinaryFlat(8, MemorySegment.ofArray(all));
  }

  static Stream<FaissIndex> each() {
    IvfFlat ivf = new IvfFlat(flat(Metric.L2), 2, DirectMap.NONE, lists(2, 0, 1));
    DirectMap array =
        new DirectMap(
            DirectMap.Kind.ARRAY, LittleEndian.of(1L, 2L, 3L), LittleEndian.of(new long[0]));
    DirectMap table =
        new DirectMap(
            DirectMap.Kind.TABLE, LittleEndian.of(new long[0]), LittleEndian.of(2L, 0L, 0L, 1L));
    InvertedLists oneList =
        new InvertedLists(
            1,
            List.of(
                new Entries(MemorySegment.ofArray(new byte[] {1, 7}), LittleEndian.of(5L, 9L)),
                Entries.NONE,
                Entries.NONE));
    return Stream.of(
        flat(Metric.INNER_PRODUCT),
        Flat.of(5, Metric.L2, new float[0][]),
        IdMap.of(flat(Metric.L2), new long[] {7, 5, 1L << 40}),
        new IdMap(flat(Metric.L2), LittleEndian.of(7L, 5L, 6L), false),
        IdMap.of(new Hnsw(graph(), flat(Metric.INNER_PRODUCT)), new long[] {3, 4, 5}),
        ivf,
        IdMap.of(ivf, new long[] {10, 20, 30}),
        new IvfFlat(flat(Metric.L2), 1, array, lists(9, 8, 9)),
        new IvfFlat(flat(Metric.L2), 1, table, lists(9, 8, 7)),
        new IvfFlat(flat(Metric.L2), 1, DirectMap.NONE, new InvertedLists(8, List.of())),
        bits(1, 2, 3),
        new BinaryHnsw(graph(), bits(1, 3, 255)),
        new BinaryIvf(bits(0, 15, 255), 1, DirectMap.NONE, oneList));
  }

  private static byte[] bytes(FaissIndex index) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    index.write(Channels.newChannel(out));
    return out.toByteArray();
  }

  private static FaissIndex read(byte[] bytes) {
    return FaissIndex.read("test", MemorySegment.ofArray(bytes));
  }

  @ParameterizedTest
  @MethodSource("each")
  void whatIsWrittenIsReadAgain(FaissIndex index, @TempDir Path folder) throws IOException {
    byte[] written = bytes(index);
    FaissIndex again = read(written);
    assertThat(again).isInstanceOf(index.getClass());
    assertThat(again.count()).isEqualTo(index.count());
    assertThat(bytes(again)).isEqualTo(written);
    Path file = folder.resolve("vector.index");
    index.write(file);
    index.write(file);
    assertThat(bytes(FaissIndex.read(file))).isEqualTo(written);
    assertThat(folder).isDirectoryContaining("glob:**vector.index");
    try (Stream<Path> all = Files.list(folder)) {
      assertThat(all).hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource("each")
  void everyTruncationIsRefused(FaissIndex index) throws IOException {
    byte[] written = bytes(index);
    for (int length = 0; length < written.length; length++) {
      MemorySegment part = MemorySegment.ofArray(written).asSlice(0, length);
      assertThatThrownBy(() -> FaissIndex.read("cut", part))
          .isInstanceOf(FaissException.class)
          .hasMessageStartingWith("cut: byte ");
    }
  }

  /// Whatever is changed in a file: it is refused by the one exception, or what it holds can be
  /// searched and written.
  @ParameterizedTest
  @MethodSource("each")
  void damageIsRefusedOrHarmless(FaissIndex index) throws IOException {
    byte[] written = bytes(index);
    long seed = 7;
    Random random = new Random(seed);
    for (int round = 0; round < 8 * written.length + 2000; round++) {
      byte[] changed = written.clone();
      if (round < 8 * written.length) {
        changed[round / 8] ^= (byte) (1 << round % 8);
      } else {
        int at = random.nextInt(written.length);
        for (int i = at; i < Math.min(written.length, at + 8); i++) {
          changed[i] = (byte) (random.nextBoolean() ? 0xFF : random.nextInt(256));
        }
      }
      FaissIndex found;
      try {
        found = read(changed);
      } catch (FaissException e) {
        continue;
      }
      bytes(found);
      switch (found) {
        case FaissIndex.OfBits bits -> {
          List<Hit> hits = new BinaryIndex(bits).search(new byte[bits.dimension() / 8], 3);
          assertThat(hits).hasSizeLessThanOrEqualTo(3);
        }
        case FaissIndex.OfFloats floats -> {
          FaissRows rows = floats.rows();
          IntStream.range(0, rows.count())
              .forEach(row -> {
                rows.id(row);
                rows.vector(row);
              });
        }
      }
    }
  }

  @Test
  void rowsComeWithTheirIds() {
    IvfFlat ivf = new IvfFlat(flat(Metric.L2), 2, DirectMap.NONE, lists(2, 0, 1));
    FaissRows rows = IdMap.of(ivf, new long[] {10, 20, 30}).rows();
    assertThat(IntStream.range(0, 3).mapToLong(rows::id)).containsExactly(30L, 10L, 20L);
    assertThat(rows.vector(2)).containsExactly(-1, 0);
    assertThatThrownBy(() -> rows.id(3)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void listsThatNameWrongRowsAreRefusedOrRepaired() throws IOException {
    byte[] good =
        bytes(
            IdMap.of(
                new IvfFlat(flat(Metric.L2), 2, DirectMap.NONE, lists(1, 2, 0)),
                new long[] {1, 3, 4}));
    // As Faiss leaves it behind: rows 1, 3 and 4 of five are left, the lists still name them so.
    byte[] bad = good.clone();
    for (int at = 0; at + 8 <= bad.length - 24; at++) {
      MemorySegment all = MemorySegment.ofArray(bad);
      if (all.get(LittleEndian.LONG, at) == 1 && all.get(LittleEndian.LONG, at + 8) == 2) {
        all.set(LittleEndian.LONG, at, 3);
        all.set(LittleEndian.LONG, at + 8, 4);
        // The list of one row: two floats further.
        all.set(LittleEndian.LONG, at + 24, 1);
        break;
      }
    }
    assertThatThrownBy(() -> read(bad)).hasMessageContaining("repaired with certainty");
    FaissRows rows = ((IdMap) FaissIndex.readRepaired("test", MemorySegment.ofArray(bad))).rows();
    assertThat(IntStream.range(0, 3).mapToLong(rows::id)).containsExactly(3L, 4L, 1L);
    MemorySegment.ofArray(bad).set(LittleEndian.LONG, bad.length - 8, 5);
    assertThatThrownBy(() -> FaissIndex.readRepaired("test", MemorySegment.ofArray(bad)))
        .hasMessageContaining("more than once");
  }

  @Test
  void wrongPartsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IdMap.of(flat(Metric.L2), new long[] {1}))
        .withMessageContaining("1 ids for 3 rows");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Flat.of(3, Metric.L2, VECTORS))
        .withMessageContaining("vector 0 has 2 values, expected 3");
    assertThatIllegalArgumentException().isThrownBy(() -> Flat.of(0, Metric.L2, VECTORS));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Hnsw(graph(), Flat.of(2, Metric.L2, new float[1][2])))
        .withMessageContaining("the graph is of 3 rows");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Flat", "IVF", "IVF20", "HNSW8"})
  void anIndexIsBuiltForFaiss(String kind) throws IOException {
    Random random = new Random(3);
    float[][] vectors = new float[1200][5];
    for (float[] vector : vectors) {
      for (int d = 0; d < 5; d++) {
        vector[d] = random.nextFloat() - 0.5f;
      }
    }
    long[] ids = IntStream.range(0, 1200).mapToLong(i -> 7L * i + 3).toArray();
    IndexSettings settings = IndexSettings.parse(kind);
    IdMap built = FaissIndex.build(settings, 5, Metric.L2, ids, i -> vectors[i]);
    FaissIndex.OfFloats again = (FaissIndex.OfFloats) read(bytes(built));
    try (VectorIndex index = again.toVectorIndex();
        VectorIndex flat = VectorIndex.create(IndexSettings.FLAT, 5, Metric.L2)) {
      flat.addAll(ids, vectors);
      // Through everything: graphs and lists find nearly all otherwise, and graphs of so many rows
      // are linked by several threads, differently each time.
      Search all = Search.of(9).withNprobe(1200).withEf(1200);
      assertThat(index.search(vectors[5], all)).isEqualTo(flat.search(vectors[5], 9));
      assertThat(((IdMap) again).inner().getClass())
          .isEqualTo(
              kind.equals("Flat") ? Flat.class : kind.equals("HNSW8") ? Hnsw.class : IvfFlat.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 50})
  void aFewVectorsAreLinkedToo(int rows) throws IOException {
    float[][] vectors = new float[rows][2];
    for (int i = 0; i < rows; i++) {
      vectors[i][0] = i;
    }
    long[] ids = IntStream.range(0, rows).asLongStream().toArray();
    IndexSettings settings = new IndexSettings.Hnsw(4);
    IdMap built = FaissIndex.build(settings, 2, Metric.L2, ids, i -> vectors[i]);
    assertThat(bytes(read(bytes(built)))).isEqualTo(bytes(built));
    try (VectorIndex index = built.toVectorIndex()) {
      assertThat(index.search(new float[] {1.2f, 0}, 1).stream().map(Hit::id).toList())
          .isEqualTo(rows == 0 ? List.of() : List.of(Math.min(1L, rows - 1)));
    }
  }
}
