package ai.fovea.train.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.fovea.plan.LossSettings;
import ai.fovea.plan.LossSettings.Reduction;
import ai.fovea.torch.Outputs;
import ai.fovea.torch.Tensor;
import ai.fovea.torch.TensorScope;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Each loss against its formula written as loops in double precision.
@Tag("native")
class LossTest {
  private static final int N = 6;
  private static final int C = 4;
  private static final int D = 5;
  private static final long[] LABELS = {0, 0, 1, 1, 3, 3};
  private static final double CLOSE = 2e-5;

  private final double[][] logits = random(1, N, C, 3);
  private final double[][] teacher = random(2, N, C, 3);
  private final double[][] features = random(3, N, D, 1);

  private static double[][] random(long seed, int rows, int columns, double scale) {
    var random = new SplittableRandom(seed);
    double[][] all = new double[rows][columns];
    for (double[] row : all) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) random.nextDouble(-scale, scale);
      }
    }
    return all;
  }

  private static Tensor tensor(double[][] rows) {
    float[] all = new float[rows.length * rows[0].length];
    int at = 0;
    for (double[] row : rows) {
      for (double v : row) {
        all[at++] = (float) v;
      }
    }
    return Tensor.of(all, rows.length, rows[0].length);
  }

  private static double[] softmax(double[] row) {
    double sum = Arrays.stream(row).map(Math::exp).sum();
    return Arrays.stream(row).map(v -> Math.exp(v) / sum).toArray();
  }

  private static double cosine(double[] a, double[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
  }

  private LossInput input() {
    return LossInput.of(
        Map.of("logits", tensor(logits), "features", tensor(features)), Tensor.of(LABELS, N, 1));
  }

  private LossInput pair() {
    return LossInput.of(
        Outputs.ofNetworks(
            Map.of(
                "Student", Map.of("logits", tensor(logits)),
                "Teacher", Map.of("logits", tensor(teacher)))),
        Tensor.of(LABELS, N, 1));
  }

  private static void check(SimpleLoss loss, LossInput input, double expected) {
    assertThat(loss.value(input).item()).isCloseTo(expected, within(CLOSE));
  }

  @Test
  void crossEntropy() {
    for (double epsilon : new double[] {0, 0.1}) {
      double sum = 0;
      for (int n = 0; n < N; n++) {
        double[] p = softmax(logits[n]);
        for (int c = 0; c < C; c++) {
          double target = (1 - epsilon) * (LABELS[n] == c ? 1 : 0) + epsilon / C;
          sum -= target * Math.log(p[c]);
        }
      }
      try (var _ = new TensorScope()) {
        check(new CELoss(Reduction.MEAN, epsilon, CELoss.Target.LOGITS), input(), sum / N);
        check(new CELoss(Reduction.SUM, epsilon, CELoss.Target.LOGITS), input(), sum);
      }
    }
  }

  @Test
  void crossEntropyWithDistributionsAndWithLogits() {
    double[][] mixed = new double[N][C];
    for (int n = 0; n < N; n++) {
      mixed[n][(int) LABELS[n]] += 0.25;
      mixed[n][(n + 1) % C] += 0.75;
    }
    for (CELoss.Target target : CELoss.Target.values()) {
      double sum = 0;
      for (int n = 0; n < N; n++) {
        double[] p = softmax(logits[n]);
        double[] q = target == CELoss.Target.LOGITS ? softmax(mixed[n]) : mixed[n];
        for (int c = 0; c < C; c++) {
          sum -= q[c] * Math.log(p[c]);
        }
      }
      try (var _ = new TensorScope()) {
        var in = LossInput.of(Map.of("logits", tensor(logits)), tensor(mixed));
        check(new CELoss(Reduction.MEAN, 0, target), in, sum / N);
      }
    }
  }

  @Test
  void tripletsByDistance() {
    double sum = 0;
    for (int a = 0; a < N; a++) {
      double farthest = 0;
      double nearest = Double.MAX_VALUE;
      for (int b = 0; b < N; b++) {
        // Of unit vectors.
        double d = Math.sqrt(Math.max(1e-12, 2 - 2 * cosine(features[a], features[b])));
        if (LABELS[a] == LABELS[b]) {
          farthest = Math.max(farthest, a == b ? 1e-6 : d);
        } else {
          nearest = Math.min(nearest, d);
        }
      }
      sum += Math.max(0, farthest - nearest + 0.5);
    }
    try (var _ = new TensorScope()) {
      check(new TripletLossV2(new LossSettings.TripletV2(0.5, true, "features")), input(), sum / N);
    }
  }

  @Test
  void tripletsByAngle() {
    double rank = 0;
    double near = 0;
    double far = 0;
    for (int a = 0; a < N; a++) {
      double ap = Double.MAX_VALUE;
      double an = -Double.MAX_VALUE;
      for (int b = 0; b < N; b++) {
        double s = cosine(features[a], features[b]);
        if (LABELS[a] == LABELS[b]) {
          ap = Math.min(ap, s);
        } else {
          an = Math.max(an, s);
        }
      }
      rank += Math.max(0, an - ap + 0.4);
      near += Math.max(0, 0.9 - ap);
      far += an - 0.5 > 0 ? an - 0.5 : 1;
    }
    try (var _ = new TensorScope()) {
      check(
          new TripletAngularMarginLoss(
              new LossSettings.TripletAngularMargin(
                  0.4, true, Reduction.MEAN, true, 0.3, 0.9, 0.5, "features")),
          input(),
          rank / N + 0.3 * (near / N + far / N));
    }
  }

  @Test
  void centers() {
    double[][] centers = random(4, C, D, 1);
    double sum = 0;
    for (int n = 0; n < N; n++) {
      for (int c = 0; c < C; c++) {
        double d = 0;
        for (int i = 0; i < D; i++) {
          d += Math.pow(features[n][i] - centers[c][i], 2);
        }
        sum += Math.max(1e-12, LABELS[n] == c ? d : 0);
      }
    }
    try (var _ = new TensorScope()) {
      var in = new LossInput(input().outputs(), input().batch(), _ -> tensor(centers));
      check(new CenterLoss(new LossSettings.Center(C, D, "features")), in, sum / N);
    }
  }

  @Test
  void distillations() {
    double ce = 0;
    double dml = 0;
    for (int n = 0; n < N; n++) {
      double[] s = softmax(logits[n]);
      double[] t = softmax(teacher[n]);
      for (int c = 0; c < C; c++) {
        ce -= t[c] * Math.log(s[c]) / N;
        dml += 0.5 * (t[c] * Math.log(t[c] / s[c]) + s[c] * Math.log(s[c] / t[c])) / N;
      }
    }
    var pairs = List.of(new LossSettings.Pair("Student", "Teacher"));
    try (var _ = new TensorScope()) {
      value(
          new DistillationCELoss(new LossSettings.DistillationCrossEntropy(pairs, 0, "logits")),
          "CELoss_Student_Teacher",
          ce);
      value(
          new DistillationDMLLoss(
              new LossSettings.MutualLearning(
                  pairs, LossSettings.Activation.SOFTMAX, false, "logits")),
          "DMLLoss_Student_Teacher_0",
          dml);
      value(
          new DistillationDISTLoss(
              new LossSettings.DistillationCorrelation(pairs, 2, 0.5, "loss_dist", "logits")),
          "loss_dist_Student_Teacher",
          2 * (1 - correlation(rows(logits), rows(teacher)))
              + 0.5 * (1 - correlation(columns(rows(logits)), columns(rows(teacher)))));
    }
  }

  private void value(Loss loss, String name, double expected) {
    var values = loss.values(pair());
    assertThat(values.sequencedKeySet()).containsExactly(name);
    assertThat(values.firstEntry().getValue().item()).isCloseTo(expected, within(CLOSE));
  }

  private static double[][] rows(double[][] logits) {
    return Arrays.stream(logits).map(LossTest::softmax).toArray(double[][]::new);
  }

  private static double[][] columns(double[][] rows) {
    double[][] turned = new double[rows[0].length][rows.length];
    for (int r = 0; r < rows.length; r++) {
      for (int c = 0; c < rows[0].length; c++) {
        turned[c][r] = rows[r][c];
      }
    }
    return turned;
  }

  /// The mean Pearson correlation of the rows.
  private static double correlation(double[][] a, double[][] b) {
    double sum = 0;
    for (int r = 0; r < a.length; r++) {
      double am = Arrays.stream(a[r]).average().orElse(0);
      double bm = Arrays.stream(b[r]).average().orElse(0);
      sum +=
          cosine(
              Arrays.stream(a[r]).map(v -> v - am).toArray(),
              Arrays.stream(b[r]).map(v -> v - bm).toArray());
    }
    return sum / a.length;
  }
}
