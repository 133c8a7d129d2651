package ai.fovea.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.fovea.graph.Init;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Param;
import ai.fovea.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Updates of parameters against the formulas written as loops in double precision, and what gradients go through before.
class OptimizerTest {
  private static final int SIZE = 5;
  private static final int STEPS = 12;

  /// A rule as a loop: the parameters after each step.
  private interface Loop {
    void step(double[] p, double[] g, double rate, int step);
  }

  private static TorchParameters parameters() {
    var made =
        TorchParameters.initialize(
            List.of(new Param("w", Shape.of(SIZE), Init.ZEROS)), new SplittableRandom(1));
    made.load(Map.of("w", NDArray.of(new float[] {0.5f, -1, 2, 0.1f, -0.3f}, SIZE)));
    return made;
  }

  /// The gradient of step `s` is the parameter itself, with a factor, plus something that changes: `2 p + sin(s + i)`.
  private static void check(
      GradientPipeline pipeline,
      Optimizer.Regularizer regularizer,
      Optimizer.Rule rule,
      Loop loop) {
    try (var parameters = parameters();
        var optimizer =
            Optimizer.of(parameters, List.of("w"), List.of(), pipeline, regularizer, rule)) {
      double[] p = new double[SIZE];
      float[] start = parameters.get("w").toFloats();
      for (int i = 0; i < SIZE; i++) {
        p[i] = start[i];
      }
      for (int step = 0; step < STEPS; step++) {
        double rate = 0.1 / (1 + step);
        double[] g = new double[SIZE];
        float[] waves = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
          waves[i] = (float) Math.sin(step + i);
          g[i] = 2 * p[i] + waves[i];
        }
        try (var _ = new TensorScope()) {
          Tensor w = parameters.get("w");
          w.square().add(w.mul(Tensor.of(waves, SIZE))).sum().backward();
        }
        assertThat(optimizer.step(rate)).isTrue();
        parameters.clearGrads();
        loop.step(p, g, rate, step + 1);
        float[] now = parameters.get("w").toFloats();
        for (int i = 0; i < SIZE; i++) {
          assertThat((double) now[i])
              .as("step %d, value %d", step, i)
              .isCloseTo(p[i], within(2e-5));
        }
      }
    }
  }

  @Test
  void momentumWithL2() {
    double[] v = new double[SIZE];
    check(
        GradientPipeline.EMPTY,
        new Optimizer.Regularizer(0.01, 0),
        new Optimizer.Rule.Momentum(0.9, false),
        (p, g, rate, _) -> {
          for (int i = 0; i < SIZE; i++) {
            v[i] = 0.9 * v[i] + g[i] + 0.01 * p[i];
            p[i] -= rate * v[i];
          }
        });
  }

  @Test
  void nesterovWithL1() {
    double[] v = new double[SIZE];
    check(
        GradientPipeline.EMPTY,
        new Optimizer.Regularizer(0, 0.02),
        new Optimizer.Rule.Momentum(0.8, true),
        (p, g, rate, _) -> {
          for (int i = 0; i < SIZE; i++) {
            double own = g[i] + 0.02 * Math.signum(p[i]);
            v[i] = 0.8 * v[i] + own;
            p[i] -= rate * (own + 0.8 * v[i]);
          }
        });
  }

  @Test
  void clippingComesBeforeTheRegularizer() {
    check(
        GradientPipeline.EMPTY.then(GradientStage.clipEach(0.7)),
        new Optimizer.Regularizer(0.1, 0),
        new Optimizer.Rule.Momentum(0, false),
        (p, g, rate, _) -> {
          double norm = 0;
          for (double x : g) {
            norm += x * x;
          }
          double factor = Math.min(1, 0.7 / Math.sqrt(norm));
          for (int i = 0; i < SIZE; i++) {
            p[i] -= rate * (factor * g[i] + 0.1 * p[i]);
          }
        });
  }

  @Test
  void adamWithDecoupledDecay() {
    double[] m = new double[SIZE];
    double[] v = new double[SIZE];
    check(
        GradientPipeline.EMPTY,
        Optimizer.Regularizer.NONE,
        new Optimizer.Rule.Adam(0.9, 0.99, 1e-8, 0.05),
        (p, g, rate, step) -> {
          for (int i = 0; i < SIZE; i++) {
            p[i] *= 1 - rate * 0.05;
            m[i] = 0.9 * m[i] + 0.1 * g[i];
            v[i] = 0.99 * v[i] + 0.01 * g[i] * g[i];
            double mean = m[i] / (1 - Math.pow(0.9, step));
            double square = v[i] / (1 - Math.pow(0.99, step));
            p[i] -= rate * mean / (Math.sqrt(square) + 1e-8);
          }
        });
  }

  @Test
  void stagesRunInOrderAndOneMayLeaveTheUpdateOut() {
    var calls = new ArrayList<String>();
    var group =
        new ProcessGroup() {
          @Override
          public int rank() {
            return 0;
          }

          @Override
          public int size() {
            return 2;
          }

          @Override
          public void average(List<Tensor> tensors) {
            calls.add("average of " + tensors.size());
          }
        };
    boolean[] finite = {true};
    var pipeline =
        GradientPipeline.EMPTY
            .then(GradientStage.average(group))
            .then(_ -> calls.add("finite?") && finite[0])
            .then(_ -> calls.add("last"));
    try (var parameters = parameters();
        var optimizer =
            Optimizer.of(
                parameters,
                List.of("w"),
                List.of(),
                pipeline,
                Optimizer.Regularizer.NONE,
                new Optimizer.Rule.Momentum(0, false))) {
      try (var _ = new TensorScope()) {
        parameters.get("w").sum().backward();
      }
      assertThat(optimizer.step(0.5)).isTrue();
      assertThat(calls).containsExactly("average of 1", "finite?", "last");
      float[] before = parameters.get("w").toFloats();
      finite[0] = false;
      calls.clear();
      assertThat(optimizer.step(0.5)).isFalse();
      assertThat(calls).containsExactly("average of 1", "finite?");
      assertThat(parameters.get("w").toFloats()).isEqualTo(before);
    }
    assertThatThrownBy(() -> GradientStage.clipEach(0)).hasMessageContaining("must be positive");
  }

  @Test
  void parametersWithinAPrefixAreTheSameTensors() {
    List<Param> params =
        List.of(
            new Param("Student.fc.weight", Shape.of(2), Init.ONES),
            new Param("Teacher.fc.weight", Shape.of(2), Init.ONES).withKind(Param.Kind.FROZEN));
    try (var all = TorchParameters.initialize(params, new SplittableRandom(1))) {
      TorchParameters student = all.within("Student.");
      assertThat(student.names()).containsExactly("fc.weight");
      student.load(Map.of("fc.weight", NDArray.of(new float[] {3, 4}, 2)));
      assertThat(all.get("Student.fc.weight").toFloats()).containsExactly(3, 4);
      assertThat(all.get("Teacher.fc.weight").toFloats()).containsExactly(1, 1);
      student.close();
      assertThat(all.get("Student.fc.weight").toFloats()).containsExactly(3, 4);
    }
  }

  @Test
  void outputsAreAskedForByNetworkAndName() {
    try (var _ = new TensorScope()) {
      Tensor one = Tensor.of(1);
      Outputs alone = Outputs.of(Map.of("logits", one));
      assertThat(alone.get("logits", "CELoss")).isSameAs(one);
      assertThatThrownBy(() -> alone.get("features", "TripletLoss"))
          .hasMessage("TripletLoss needs the output 'features'; the network has [logits]");
      Outputs two = Outputs.ofNetworks(Map.of("A", Map.of("x", one), "B", Map.of("x", one)));
      assertThat(two.get("B", "x", "CELoss")).isSameAs(one);
      assertThatThrownBy(() -> two.get("x", "CELoss")).hasMessageContaining("for one network");
      assertThatThrownBy(() -> two.get("C", "x", "CELoss"))
          .hasMessageContaining("needs the network 'C'");
      assertThatThrownBy(() -> Outputs.ofNetworks(Map.of()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
