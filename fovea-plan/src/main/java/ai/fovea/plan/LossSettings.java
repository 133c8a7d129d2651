package ai.fovea.plan;

import ai.fovea.config.Config;
import ai.fovea.graph.Init;
import ai.fovea.graph.Param;
import ai.fovea.graph.Shape;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The settings of a loss, read and checked; what they mean is told where the loss is computed.
public sealed interface LossSettings {
  /// Returns the output of the network that the loss is computed from; empty where it is not known here.
  Optional<String> output();

  /// Returns the names of the networks that the loss compares; empty where there is but one.
  default Set<String> networks() {
    return Set.of();
  }

  /// Returns whether labels may be distributions over classes.
  default boolean takesDistributions() {
    return switch (this) {
      case CrossEntropy _,
          DistillationLabels _,
          DistillationCrossEntropy _,
          MutualLearning _,
          DistillationCorrelation _,
          Other _ ->
          true;
      case TripletV2 _, TripletAngularMargin _, Center _ -> false;
    };
  }

  /// Returns whether the loss of a batch is one number.
  default boolean isOneNumber() {
    return switch (this) {
      case CrossEntropy s -> s.reduction() != Reduction.NONE;
      case TripletAngularMargin s -> s.reduction() != Reduction.NONE;
      default -> true;
    };
  }

  /// Returns the specifications of what the loss learns.
  default List<Param> parameters() {
    return List.of();
  }

  /// Two networks of which the first learns from the second.
  record Pair(String student, String teacher) {}

  /// What makes probabilities of outputs.
  enum Activation {
    /// Over classes.
    SOFTMAX,
    /// Of each class.
    SIGMOID,
    /// The outputs are probabilities already.
    NONE
  }

  /// What becomes of the losses of the samples of a batch.
  enum Reduction {
    MEAN,
    SUM,
    NONE
  }

  /// `CELoss`: softmax cross entropy.
  ///
  /// @param epsilon label smoothing
  record CrossEntropy(Reduction reduction, double epsilon) implements LossSettings {
    @Override
    public Optional<String> output() {
      return Optional.of("logits");
    }
  }

  /// `TripletLossV2`.
  ///
  /// @param normalize whether features are brought to unit length first
  /// @param features which output
  record TripletV2(double margin, boolean normalize, String features) implements LossSettings {
    @Override
    public Optional<String> output() {
      return Optional.of(features);
    }
  }

  /// `TripletAngularMarginLoss`.
  ///
  /// @param normalize whether features are brought to unit length first
  /// @param features which output
  record TripletAngularMargin(
      double margin,
      boolean normalize,
      Reduction reduction,
      boolean absolute,
      double absoluteWeight,
      double apValue,
      double anValue,
      String features)
      implements LossSettings {
    @Override
    public Optional<String> output() {
      return Optional.of(features);
    }
  }

  /// `CenterLoss`.
  ///
  /// @param classes how many centers there are
  /// @param length of a feature
  /// @param features which output
  record Center(int classes, int length, String features) implements LossSettings {
    /// The name of the centers, `[classes, length]`.
    public static final String CENTERS = "centers";

    @Override
    public Optional<String> output() {
      return Optional.of(features);
    }

    @Override
    public List<Param> parameters() {
      return List.of(new Param(CENTERS, Shape.of(classes, length), new Init.Normal(0, 1)));
    }
  }

  /// Losses of several networks, by their names.
  sealed interface Distillation extends LossSettings {
    /// Returns the output of each network that is compared.
    String compared();

    @Override
    default Optional<String> output() {
      return Optional.of(compared());
    }
  }

  /// `DistillationCELoss`: cross entropy with another network's outputs.
  ///
  /// @param epsilon label smoothing
  record DistillationCrossEntropy(List<Pair> pairs, double epsilon, String compared)
      implements Distillation {
    /// Copies the list.
    public DistillationCrossEntropy {
      pairs = List.copyOf(pairs);
    }

    @Override
    public Set<String> networks() {
      return namesOf(pairs);
    }
  }

  /// `DistillationGTCELoss`: cross entropy of several networks with the labels.
  ///
  /// @param networks by name
  /// @param epsilon label smoothing
  record DistillationLabels(Set<String> networks, double epsilon, String compared)
      implements Distillation {
    /// Copies the names, in order.
    public DistillationLabels {
      networks = Collections.unmodifiableSet(new LinkedHashSet<>(networks));
    }
  }

  /// `DistillationDMLLoss`: deep mutual learning.
  ///
  /// @param sumOverClasses whether elements are summed over classes rather than averaged
  record MutualLearning(
      List<Pair> pairs, Activation activation, boolean sumOverClasses, String compared)
      implements Distillation {
    /// Copies the list.
    public MutualLearning {
      pairs = List.copyOf(pairs);
    }

    @Override
    public Set<String> networks() {
      return namesOf(pairs);
    }
  }

  /// `DistillationDISTLoss`: correlation with another network's probabilities.
  ///
  /// @param beta weight of the correlation within samples
  /// @param gamma weight of the correlation within classes
  /// @param label the first part of the losses' names in the log
  record DistillationCorrelation(
      List<Pair> pairs, double beta, double gamma, String label, String compared)
      implements Distillation {
    /// Copies the list.
    public DistillationCorrelation {
      pairs = List.copyOf(pairs);
    }

    @Override
    public Set<String> networks() {
      return namesOf(pairs);
    }
  }

  private static Set<String> namesOf(List<Pair> pairs) {
    var names = new TreeSet<String>();
    pairs.forEach(p -> {
      names.add(p.student());
      names.add(p.teacher());
    });
    return names;
  }

  /// A loss of a [SettingsProvider], whose section is looked through already.
  record Other(Config section) implements LossSettings {
    @Override
    public Optional<String> output() {
      return Optional.empty();
    }
  }
}
