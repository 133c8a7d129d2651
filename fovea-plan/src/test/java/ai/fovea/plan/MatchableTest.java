package ai.fovea.plan;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.data.Sample;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MatchableTest {
  private static List<Sample> samples(long[] labels, long... ids) {
    return IntStream.range(0, labels.length)
        .mapToObj(i ->
            new Sample(
                Path.of("x"),
                labels[i],
                ids.length > 0 ? OptionalLong.of(ids[i]) : OptionalLong.empty(),
                i + 1))
        .toList();
  }

  @Test
  void queriesWithoutTheirLabelInTheGalleryDoNotCount() {
    var base = Matchable.of(samples(new long[] {1, 2, 3, 3}), samples(new long[] {1, 2, 2}));
    assertThat(base).isEqualTo(new Matchable(4, 2));
    assertThat(base.note().orElseThrow())
        .isEqualTo(
            "2 of 4 queries have an image of their label in the gallery; the others do not count");
    assertThat(Matchable.of(samples(new long[] {1}), samples(new long[] {1})).note()).isEmpty();
  }

  @Test
  void noneIsNothingToMeasure() {
    var base = Matchable.of(samples(new long[] {7, 8}), samples(new long[] {1}));
    assertThat(base.isEmpty()).isTrue();
    assertThat(base.note().orElseThrow()).startsWith("none of the 2 queries");
  }

  @Test
  void theVeryImageIsNoMatch() {
    var query = samples(new long[] {1, 1}, 10, 11);
    assertThat(Matchable.of(query, samples(new long[] {1}, 10)).counted()).isEqualTo(1);
    assertThat(Matchable.of(query, samples(new long[] {1, 1}, 10, 11)).counted()).isEqualTo(2);
    // Where only one of the lists has the third field, nothing is left out, as in the evaluation.
    assertThat(Matchable.of(query, samples(new long[] {1})).counted()).isEqualTo(2);
  }
}
