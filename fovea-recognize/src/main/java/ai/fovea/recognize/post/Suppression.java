package ai.fovea.recognize.post;

import ai.fovea.image.Box;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Non-maximum suppression as PaddlePaddle's `multiclass_nms3`, in its own precision: the same boxes in the same order.
final class Suppression {
  private Suppression() {}

  /// The objects of one image, by class, within a class best first.
  static List<Detection> apply(PostStep.Suppress step, Candidates from) {
    var kept = new ArrayList<Detection>();
    for (int c = 0; c < from.classes(); c++) {
      if (c != step.backgroundLabel()) {
        kept.addAll(ofClass(step, from, c));
      }
    }
    if (step.keepTopK() >= 0 && kept.size() > step.keepTopK()) {
      // Sorting is stable: of equal scores the earlier class stays.
      List<Detection> best =
          kept.stream()
              .sorted(Comparator.comparingDouble(Detection::score).reversed())
              .limit(step.keepTopK())
              .toList();
      return best.stream().sorted(Comparator.comparingInt(Detection::classId)).toList();
    }
    return kept;
  }

  private static List<Detection> ofClass(PostStep.Suppress step, Candidates from, int c) {
    int count = from.count();
    float[] scores = from.scores();
    float least = (float) step.scoreThreshold();
    List<Integer> order =
        IntStream.range(0, count)
            .filter(k -> scores[c * count + k] > least)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer k) -> scores[c * count + k]).reversed())
            .limit(step.nmsTopK() < 0 ? count : step.nmsTopK())
            .toList();
    float threshold = (float) step.nmsThreshold();
    var kept = new ArrayList<Integer>();
    for (int k : order) {
      boolean keep = true;
      for (int better : kept) {
        if (overlap(from.boxes(), 4 * k, 4 * better, step.normalized()) > threshold) {
          keep = false;
          break;
        }
      }
      if (keep) {
        kept.add(k);
        if (step.nmsEta() < 1 && threshold > 0.5f) {
          threshold *= (float) step.nmsEta();
        }
      }
    }
    return kept.stream()
        .map(k -> {
          float[] b = from.boxes();
          Box box = new Box(b[4 * k], b[4 * k + 1], b[4 * k + 2], b[4 * k + 3]);
          return new Detection(c, Integer.toString(c), scores[c * count + k], box);
        })
        .toList();
  }

  /// Intersection over union in single precision.
  private static float overlap(float[] boxes, int a, int b, boolean normalized) {
    if (boxes[b] > boxes[a + 2]
        || boxes[b + 2] < boxes[a]
        || boxes[b + 1] > boxes[a + 3]
        || boxes[b + 3] < boxes[a + 1]) {
      return 0;
    }
    float border = normalized ? 0 : 1;
    float w = Math.min(boxes[a + 2], boxes[b + 2]) - Math.max(boxes[a], boxes[b]) + border;
    float h = Math.min(boxes[a + 3], boxes[b + 3]) - Math.max(boxes[a + 1], boxes[b + 1]) + border;
    float both = w * h;
    return both / (area(boxes, a, border) + area(boxes, b, border) - both);
  }

  private static float area(float[] boxes, int at, float border) {
    float w = boxes[at + 2] - boxes[at];
    float h = boxes[at + 3] - boxes[at + 1];
    return w < 0 || h < 0 ? 0 : (w + border) * (h + border);
  }
}
