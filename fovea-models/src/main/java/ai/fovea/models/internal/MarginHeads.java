package ai.fovea.models.internal;

import ai.fovea.config.Range;
import ai.fovea.graph.Init;
import ai.fovea.graph.Param;
import ai.fovea.graph.Shape;
import ai.fovea.graph.TrainingOnly;
import ai.fovea.graph.TrainingOnly.MarginKind;
import ai.fovea.models.Arguments;
import ai.fovea.models.Head;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Heads by name: cosine to each class's weight, with a margin for the right class in training.
final class MarginHeads {
  static final Map<String, Function<Arguments, Head>> ALL =
      Map.of(
          "ArcMargin",
          args -> margin(args, MarginKind.ARC, 0.5, 80),
          "CosMargin",
          args -> margin(args, MarginKind.COS, 0.35, 64),
          "CircleMargin",
          MarginHeads::circle);

  private MarginHeads() {}

  private static Head circle(Arguments args) {
    for (String name : List.of("margin", "scale")) {
      if (!args.has(name)) {
        args.problem(name, "missing, expected a number");
      }
    }
    return margin(args, MarginKind.CIRCLE, 0.35, 64);
  }

  /// An angle, a difference of cosines, or the relaxation of Circle loss (Sun et al. 2020).
  private static Range margins(MarginKind kind) {
    return switch (kind) {
      case ARC -> Range.between(0, Math.PI);
      case COS -> Range.below(0, 2);
      case CIRCLE -> Range.between(0, 1);
    };
  }

  private static Head margin(Arguments args, MarginKind kind, double margin, double scale) {
    int in = args.required("embedding_size");
    int classes = args.required("class_num");
    var op =
        new TrainingOnly.Margin(
            kind,
            args.number("margin", margin, margins(kind)),
            args.number("scale", scale, Range.above(0)),
            kind == MarginKind.ARC && args.flag("easy_margin", false));
    return (scope, x, label) -> {
      Necks.requireFeatures(args, x, in, "embedding_size");
      Param weight = scope.param("weight", Shape.of(in, classes), new Init.XavierNormal());
      var inputs = new ArrayList<>(List.of(x));
      label.ifPresent(inputs::add);
      return scope.apply(op, inputs, List.of(weight));
    };
  }
}
