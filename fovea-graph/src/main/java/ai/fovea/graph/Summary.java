package ai.fovea.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How large a network is: its operations, parameters and multiply-adds for one image.
///
/// @param rows one for each operation, in order
/// @param parameters elements of trained and frozen parameters, each counted once; statistics and tables are not
public record Summary(List<Row> rows, long parameters) {

  /// One operation.
  ///
  /// @param macs multiply-adds; element-wise work, pooling and normalisation count as none
  public record Row(String path, Op op, Shape output, long parameters, long macs) {}

  /// Copies the list.
  public Summary {
    rows = List.copyOf(rows);
  }

  /// The summary of a graph.
  public static Summary of(Graph graph) {
    var rows = new ArrayList<Row>();
    for (Node node : graph.nodes()) {
      long own = node.params().stream().filter(Summary::counts).mapToLong(Summary::size).sum();
      rows.add(new Row(node.path(), node.op(), node.outputs().getFirst().shape(), own, macs(node)));
    }
    long all = graph.params().stream().filter(Summary::counts).mapToLong(Summary::size).sum();
    return new Summary(rows, all);
  }

  /// Multiply-adds for one image, matrix products of attention included.
  public long macs() {
    return rows.stream().mapToLong(Row::macs).sum();
  }

  /// Multiply-adds of convolutions and linear layers alone, the number that papers usually give.
  public long convolutionMacs() {
    return rows.stream()
        .filter(r -> r.op instanceof Contraction.Conv || r.op instanceof Contraction.Linear)
        .mapToLong(Row::macs)
        .sum();
  }

  private static boolean counts(Param param) {
    return param.kind() == Param.Kind.TRAINED || param.kind() == Param.Kind.FROZEN;
  }

  private static long size(Param param) {
    return param.shape().size();
  }

  /// For one image: where other sizes are free too, none can be told.
  private static long macs(Node node) {
    return switch (node.op()) {
      case Contraction c -> macs(c, node);
      case TrainingOnly.Margin _ -> size(node.output()) * inner(node);
      case Source _,
          Normalization _,
          Elementwise _,
          Pooling _,
          Reduction _,
          Movement _,
          TrainingOnly _ ->
          0;
    };
  }

  private static long macs(Contraction op, Node node) {
    long out = size(node.output());
    return switch (op) {
      case Contraction.Conv _ -> {
        Shape weight = node.params().getFirst().shape(); // [out, in/groups, kh, kw]
        yield out * weight.size(1) * weight.size(2) * weight.size(3);
      }
      case Contraction.Linear _ -> out * inner(node);
      case Contraction.MatMul m -> out * node.input().shape().size(m.transposeA() ? -2 : -1);
    };
  }

  private static long inner(Node node) {
    return node.params().getFirst().shape().size(0);
  }

  private static long size(Value value) {
    return value.shape().withBatch(1).size();
  }

  /// A table with one line for each operation that has parameters or multiply-adds, and the totals.
  public String table() {
    var text = new StringBuilder();
    line(text, "layer", "operation", "output", "parameters", "multiply-adds");
    for (Row row : rows) {
      if (row.parameters > 0 || row.macs > 0) {
        line(
            text,
            row.path,
            row.op.name(),
            row.output.toString(),
            number(row.parameters),
            number(row.macs));
      }
    }
    line(text, "total", "", "", number(parameters), number(macs()));
    return text.toString();
  }

  private static String number(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  private static void line(
      StringBuilder text, String path, String op, String output, String params, String macs) {
    text.append(
        String.format(
            Locale.ROOT, "%-44s %-10s %-22s %14s %18s%n", path, op, output, params, macs));
  }
}
