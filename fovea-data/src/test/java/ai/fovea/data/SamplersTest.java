package ai.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.config.Config;
import ai.fovea.config.ConfigException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplersTest {
  private static final long[] LABELS = IntStream.range(0, 60).mapToLong(i -> i % 13 % 9).toArray();

  private static BatchSampler sampler(String yaml) {
    return Samplers.of(Config.parse(yaml, "t"), LABELS, 42);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{name: DistributedBatchSampler, batch_size: 7, shuffle: True}",
        "{name: PKSampler, batch_size: 8, sample_per_id: 4}",
        "{name: DistributedRandomIdentitySampler, batch_size: 8, num_instances: 4}",
        "{name: RASampler, batch_size: 8, num_repeats: 3}"
      })
  void epochsDependOnSeedAndNumberAlone(String yaml) {
    List<int[]> third = sampler(yaml).epoch(3);
    BatchSampler other = sampler(yaml);
    other.epoch(0);
    assertThat(other.epoch(3)).usingRecursiveComparison().isEqualTo(third);
    assertThat(Arrays.deepToString(other.epoch(4).toArray()))
        .isNotEqualTo(Arrays.deepToString(third.toArray()));
    assertThat(third.size()).isLessThanOrEqualTo(other.batches());
  }

  @Test
  void ranksDivideTheSamples() {
    boolean[] seen = new boolean[61];
    for (int rank = 0; rank < 4; rank++) {
      for (int[] batch : new OrdinarySampler(61, 5, true, false, 4, rank, 1).epoch(2)) {
        Arrays.stream(batch).forEach(i -> seen[i] = true);
      }
    }
    assertThat(seen).doesNotContain(false);
  }

  @Test
  void impossibleSettingsAreNamed() {
    assertThatThrownBy(() -> sampler("{name: PKSampler, batch_size: 10, sample_per_id: 4}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("multiple");
    assertThatThrownBy(() -> sampler("{name: PKSampler, batch_size: 64, sample_per_id: 4}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("needs 16 classes");
    assertThatThrownBy(() -> sampler("{name: Nobody, batch_size: 64}"))
        .hasMessageContaining("'Nobody'");
  }
}
