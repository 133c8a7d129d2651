package ai.fovea.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How large a network is: its operations, parameters and multiply-adds for one picture.
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
      rows.add(new Row(node.path(), node.op(), node.output().shape(), own, macs(node)));
    }
    long all = graph.params().stream().filter(Summary::counts).mapToLong(Summary::size).sum();
    return new Summary(rows, all);
  }

  /// Multiply-adds for one picture, matrix products of attention included.
  public long macs() {
    return rows.stream().mapToLong(Row::macs).sum();
  }

  /// Multiply-adds of convolutions and linear layers alone, the number that papers usually give.
  public long convolutionMacs() {
    return rows.stream()
        .filter(r -> r.op instanceof Op.Conv || r.op instanceof Op.Linear)
        .mapToLong(Row::macs)
        .sum();
  }

  private static boolean counts(Param param) {
    return param.kind() == Param.Kind.TRAINED || param.kind() == Param.Kind.FROZEN;
  }

  private static long size(Param param) {
    return param.shape().size();
  }

  private static long macs(Node node) {
    long out = node.output().shape().size();
    return switch (node.op()) {
      case Op.Conv c -> {
        Shape weight = node.params().get(0).shape(); // [out, in/groups, kh, kw]
        yield out * weight.dim(1) * weight.dim(2) * weight.dim(3);
      }
      case Op.Linear l -> out * node.params().get(0).shape().dim(0);
      case Op.MatMul m -> out * node.inputs().get(0).shape().dim(m.transposeA() ? -2 : -1);
      case Op.Margin m -> out * node.params().get(0).shape().dim(0);
      case Op.Read r -> 0;
      case Op.BatchNorm b -> 0;
      case Op.LayerNorm l -> 0;
      case Op.Unary u -> 0;
      case Op.HardSigmoid h -> 0;
      case Op.Affine a -> 0;
      case Op.Binary b -> 0;
      case Op.Softmax s -> 0;
      case Op.MaxPool p -> 0;
      case Op.AvgPool p -> 0;
      case Op.AdaptiveAvgPool p -> 0;
      case Op.Reshape r -> 0;
      case Op.Transpose t -> 0;
      case Op.Concat c -> 0;
      case Op.Slice s -> 0;
      case Op.Gather g -> 0;
      case Op.Roll r -> 0;
      case Op.Pad p -> 0;
      case Op.Expand e -> 0;
      case Op.Mean m -> 0;
      case Op.Normalize n -> 0;
      case Op.Dropout d -> 0;
      case Op.DropPath d -> 0;
    };
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
            row.op.getClass().getSimpleName(),
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
