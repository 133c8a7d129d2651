package ai.fovea.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DimTest {
  private static final Dim H = Dim.named("H");
  private static final Dim W = Dim.named("W");

  @Test
  void equalArithmeticIsEqual() {
    assertThat(H.plus(1).times(W)).isEqualTo(W.times(H).plus(W));
    assertThat(H.times(64).dividedBy(8)).isEqualTo(H.times(8));
    assertThat(H.times(64).plus(7).dividedBy(8)).isEqualTo(H.times(8));
    assertThat(H.plus(17).dividedBy(8)).isEqualTo(H.plus(1).dividedBy(8).plus(2));
    assertThat(H.plus(1).dividedBy(2)).isNotEqualTo(H.dividedBy(2));
    assertThat(H.plus(H.times(-1))).isEqualTo(Dim.of(0));
    assertThat(H.times(W).times(44).exactlyDividedBy(H.times(4))).isEqualTo(W.times(11));
  }

  @Test
  void textTellsTheDimension() {
    assertThat(Dim.of(0)).hasToString("0");
    assertThat(Dim.BATCH.times(64)).hasToString("64*N");
    assertThat(H.plus(2)).hasToString("H + 2");
    assertThat(H.plus(1).dividedBy(2).times(W).plus(-3)).hasToString("W*floor((H + 1)/2) + -3");
  }

  @Test
  void whatCantBeToldIsRefused() {
    assertThatThrownBy(H::size).hasMessage("the dimension H is not fixed");
    assertThatThrownBy(() -> H.plus(1).exactlyDividedBy(H))
        .hasMessage("H + 1 can't be divided by H");
    assertThatThrownBy(() -> H.exactlyDividedBy(Dim.of(2))).isInstanceOf(GraphException.class);
    assertThatThrownBy(() -> H.dividedBy(0)).hasMessage("H can't be divided by 0");
    assertThatThrownBy(() -> Dim.named("a b")).isInstanceOf(GraphException.class);
    assertThatThrownBy(() -> Shape.of(Dim.of(3), -1)).isInstanceOf(GraphException.class);
  }

  /// Against the same arithmetic on integers, and through text and back.
  @Test
  void randomArithmeticAgreesWithIntegers() {
    var random = new SplittableRandom(7);
    for (int round = 0; round < 500; round++) {
      Map<String, Integer> sizes = Map.of("H", random.nextInt(1, 40), "W", random.nextInt(1, 40));
      var dims = new ArrayList<>(List.of(H, W, Dim.of(random.nextInt(-9, 9))));
      var values =
          new ArrayList<>(
              List.of((long) sizes.get("H"), (long) sizes.get("W"), (long) dims.get(2).size()));
      for (int step = 0; step < 6; step++) {
        int a = random.nextInt(dims.size());
        int b = random.nextInt(dims.size());
        int by = random.nextInt(1, 6);
        int kind = random.nextInt(3);
        Dim dim =
            switch (kind) {
              case 0 -> dims.get(a).plus(dims.get(b));
              case 1 -> dims.get(a).times(by);
              default -> dims.get(a).dividedBy(by);
            };
        long known =
            switch (kind) {
              case 0 -> values.get(a) + values.get(b);
              case 1 -> values.get(a) * by;
              default -> Math.floorDiv(values.get(a), (long) by);
            };
        assertThat(dim.compute(integers(sizes))).isEqualTo(known);
        assertThat((long) dim.with(sizes).size()).as("%s with %s", dim, sizes).isEqualTo(known);
        assertThat(Dim.parse(dim.toString())).isEqualTo(dim);
        dims.add(dim);
        values.add(known);
      }
    }
  }

  private static Dim.Arithmetic<Long> integers(Map<String, Integer> sizes) {
    return new Dim.Arithmetic<>() {
      @Override
      public Long integer(long value) {
        return value;
      }

      @Override
      public Long named(String name) {
        return (long) sizes.getOrDefault(name, 0);
      }

      @Override
      public Long sum(Long a, Long b) {
        return a + b;
      }

      @Override
      public Long product(Long a, Long b) {
        return a * b;
      }

      @Override
      public Long quotient(Long a, long divisor) {
        return Math.floorDiv(a, divisor);
      }
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "N +",
        "N+1",
        "floor(N/2)",
        "floor((N)/0)",
        "2N",
        "N*",
        "*",
        "floor((N)/2",
        "N N",
        "-",
        "99999999999999999999",
        "N[0]"
      })
  void otherTextIsRefused(String text) {
    assertThatThrownBy(() -> Dim.parse(text)).isInstanceOf(GraphException.class);
  }

  @Test
  void longAndDeepTextIsRefused() {
    assertThatThrownBy(() -> Dim.parse("floor((".repeat(100))).isInstanceOf(GraphException.class);
    assertThatThrownBy(() -> Dim.parse("N*".repeat(2000))).hasMessageContaining("too long");
  }
}
