package ai.fovea.image.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.image.Image;
import ai.fovea.image.Samples;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PillowResizeTest {
  /// Weighted means in double precision, both directions at once: rounding apart, the same.
  @ParameterizedTest
  @EnumSource(names = "NEAREST", mode = EnumSource.Mode.EXCLUDE)
  void isAWeightedMeanOfWhatTheFilterCovers(PillowResize.Filter filter) {
    Image from = Samples.photo(37, 23, 5);
    for (int[] size : new int[][] {{12, 9}, {80, 50}, {37, 10}, {5, 23}, {1, 1}}) {
      Image got = PillowResize.resize(from, size[0], size[1], filter);
      double[][] wx = weights(from.width(), size[0], filter);
      double[][] wy = weights(from.height(), size[1], filter);
      for (int y = 0; y < size[1]; y++) {
        for (int x = 0; x < size[0]; x++) {
          double sum = 0;
          for (int i = 0; i < from.height(); i++) {
            for (int j = 0; j < from.width(); j++) {
              sum += wy[y][i] * wx[x][j] * from.at(j, i, 1);
            }
          }
          assertThat(Math.abs(got.at(x, y, 1) - Math.clamp(sum, 0, 255))).isLessThan(1.6);
        }
      }
    }
  }

  private static double[][] weights(int from, int to, PillowResize.Filter filter) {
    double scale = (double) from / to;
    double stretch = Math.max(1, scale);
    double[][] out = new double[to][from];
    for (int i = 0; i < to; i++) {
      if (from == to) {
        out[i][i] = 1;
        continue;
      }
      double sum = 0;
      for (int k = 0; k < from; k++) {
        out[i][k] = filter.weight((k + 0.5 - (i + 0.5) * scale) / stretch);
        sum += out[i][k];
      }
      for (int k = 0; k < from; k++) {
        out[i][k] /= sum;
      }
    }
    return out;
  }
}
