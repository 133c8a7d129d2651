package ai.fovea.bench;

import ai.fovea.graph.Shape;
import ai.fovea.onnx.OnnxModel;
import ai.fovea.onnx.OnnxOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// What one picture costs in ONNX Runtime, from a batch in memory to the values of the output.
final class EmbedBench {
  static final String USAGE =
      "embed MODEL.onnx [--shape 3,224,224] [--threads N] [--rounds R] [--batch 1,32]";
  private static final double WARM_UP = 1;

  private EmbedBench() {}

  static void run(List<String> line, Consumer<Result> sink) throws Exception {
    Arguments arguments = Arguments.of(line, "shape", "threads", "rounds", "batch");
    Path file = Path.of(arguments.word("model"));
    int[] shape = arguments.integers("shape", "3,224,224");
    int threads = arguments.integer("threads", 1);
    try (OnnxModel model = OnnxModel.open(file, new OnnxOptions(threads))) {
      String output = model.outputs().keySet().iterator().next();
      for (int batch : arguments.integers("batch", "1,32")) {
        Shape all = Shape.batch(shape).withBatch(batch);
        FloatBuffer values = values(all.size());
        int runs = Math.max(1, 8 / batch);
        double seconds =
            Result.seconds(
                arguments.integer("rounds", 5),
                WARM_UP,
                System::nanoTime,
                () -> {
                  for (int i = 0; i < runs; i++) {
                    model.run(values.duplicate(), all, output);
                  }
                });
        sink.accept(
            new Result(
                String.valueOf(file.getFileName()),
                "latency batch " + batch,
                seconds * 1e3 / runs / batch,
                "ms/picture",
                threads,
                Map.of("shape", Arrays.stream(shape).boxed().toList())));
      }
    }
  }

  private static FloatBuffer values(int n) {
    FloatBuffer out =
        ByteBuffer.allocateDirect(4 * n).order(ByteOrder.nativeOrder()).asFloatBuffer();
    var random = new SplittableRandom(1);
    for (int i = 0; i < n; i++) {
      out.put(i, (float) random.nextGaussian());
    }
    return out;
  }
}
