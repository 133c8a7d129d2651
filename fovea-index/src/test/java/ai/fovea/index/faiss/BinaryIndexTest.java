package ai.fovea.index.faiss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.fovea.index.Hit;
import ai.fovea.index.faiss.FaissIndex.BinaryFlat;
import ai.fovea.index.faiss.FaissIndex.BinaryIvf;
import ai.fovea.index.faiss.InvertedLists.Entries;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BinaryIndexTest {
  private static final int ROWS = 200;

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 19, 32})
  void distancesAreCountsOfDifferingBits(int bytes) {
    Random random = new Random(bytes);
    byte[] codes = new byte[ROWS * bytes];
    random.nextBytes(codes);
    byte[] query = new byte[bytes];
    random.nextBytes(query);
    BinaryIndex index = new BinaryIndex(new BinaryFlat(8 * bytes, MemorySegment.ofArray(codes)));
    List<Hit> expected =
        IntStream.range(0, ROWS)
            .mapToObj(row -> new Hit(row, differing(query, codes, row)))
            .sorted(Comparator.comparing(Hit::score).thenComparing(Hit::id))
            .toList();
    assertThat(index.search(query, 11)).isEqualTo(expected.subList(0, 11));
    assertThat(index.search(query, 5, id -> id % 3 == 1))
        .isEqualTo(expected.stream().filter(h -> h.id() % 3 == 1).limit(5).toList());
    assertThat(index.search(query, 1000)).isEqualTo(expected);
    int radius = (int) expected.get(20).score();
    assertThat(index.searchRange(query, radius, 1000))
        .isEqualTo(expected.stream().filter(h -> h.score() <= radius).toList());
    assertThat(index.searchBatch(new byte[][] {query, query}, 3))
        .containsExactly(expected.subList(0, 3), expected.subList(0, 3));
  }

  @Test
  void invertedListsAreProbedUntilKWereFound() {
    byte[] centroids = {0, 0x0F, (byte) 0xFF};
    Entries[] lists = {
      entries(new byte[] {0, 1}, 10, 11),
      entries(new byte[] {0x0E}, 12),
      entries(new byte[] {(byte) 0xFE}, 13)
    };
    BinaryIndex index =
        new BinaryIndex(
            new BinaryIvf(
                new BinaryFlat(8, MemorySegment.ofArray(centroids)),
                1,
                DirectMap.NONE,
                new InvertedLists(1, List.of(lists))));
    assertThat(index.search(new byte[] {0}, 2)).containsExactly(new Hit(10, 0), new Hit(11, 1));
    assertThat(index.search(new byte[] {0}, 3)).extracting(Hit::id).containsExactly(10L, 11L, 12L);
    assertThat(index.search(new byte[] {0}, 1, id -> id == 13)).containsExactly(new Hit(13, 7));
    assertThat(index.withNprobe(3).search(new byte[] {0x0E}, 1)).containsExactly(new Hit(12, 0));
  }

  @Test
  void wrongQuestionsAreRefused() {
    BinaryIndex index = new BinaryIndex(new BinaryFlat(16, MemorySegment.ofArray(new byte[4])));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> index.search(new byte[3], 1))
        .withMessageContaining("3 bytes, expected 2");
    assertThatIllegalArgumentException().isThrownBy(() -> index.search(new byte[2], 0));
    assertThatIllegalArgumentException().isThrownBy(() -> index.withEf(0));
  }

  private static Entries entries(byte[] codes, long... ids) {
    return new Entries(MemorySegment.ofArray(codes), LittleEndian.of(ids));
  }

  private static int differing(byte[] query, byte[] codes, int row) {
    byte[] other = Arrays.copyOfRange(codes, row * query.length, (row + 1) * query.length);
    return IntStream.range(0, query.length)
        .map(i -> Integer.bitCount((query[i] ^ other[i]) & 0xFF))
        .sum();
  }
}
