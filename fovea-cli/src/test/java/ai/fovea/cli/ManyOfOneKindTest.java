package ai.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ManyOfOneKindTest {
  @ParameterizedTest
  @EnumSource
  void theFirstFewAreToldAndTheOthersCounted(ManyOfOneKind kind) {
    List<String> its = IntStream.range(0, 20).mapToObj(i -> kind.problem("x" + i)).toList();
    List<String> all =
        Stream.of(List.of("before"), its, List.of("after")).flatMap(List::stream).toList();
    List<String> few = ManyOfOneKind.few(all);
    assertThat(few).hasSize(8).startsWith("before", its.getFirst()).endsWith("after");
    assertThat(few.get(6)).startsWith("15 more ");
    assertThat(ManyOfOneKind.few(its.subList(0, 5))).isEqualTo(its.subList(0, 5));
  }
}
