package ai.fovea.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Benchmarks: one JSON object a line, in the fields of the peers' scripts, and a table of ratios.
public final class Main {
  private interface Bench {
    void run(List<String> arguments, Consumer<Result> sink) throws Exception;
  }

  private static final Map<String, Bench> ALL =
      new TreeMap<>(
          Map.of(
              "preprocess", PreprocessBench::run,
              "embed", EmbedBench::run,
              "train", TrainBench::run,
              "decoding", DecodingBench::run,
              "gallery", GalleryBench::run,
              "search", SearchBench::run,
              "filters", FiltersBench::run,
              "scan", ScanBench::run));

  private static final List<String> USAGE =
      List.of(
          PreprocessBench.USAGE,
          EmbedBench.USAGE,
          TrainBench.USAGE,
          DecodingBench.USAGE,
          GalleryBench.USAGE,
          SearchBench.USAGE,
          FiltersBench.USAGE,
          ScanBench.USAGE,
          "compare FILE.jsonl... [--csv FILE]",
          GrowthPlot.USAGE);

  private Main() {}

  /// Runs one benchmark. Exit status: 0 done, 1 failed, 2 wrong usage.
  public static void main(String[] args) {
    System.exit(run(args));
  }

  private static int run(String[] args) {
    if (args.length == 0
        || !(ALL.containsKey(args[0]) || List.of("compare", "plot").contains(args[0]))) {
      System.err.println("usage: one of\n  " + String.join("\n  ", USAGE));
      return 2;
    }
    List<String> rest = Arrays.asList(args).subList(1, args.length);
    try {
      Bench bench = ALL.get(args[0]);
      if (args[0].equals("plot")) {
        GrowthPlot.run(rest);
      } else if (bench == null) {
        compare(rest);
      } else {
        bench.run(rest, result -> System.out.println(result.toJson()));
      }
      return 0;
    } catch (IllegalArgumentException e) {
      System.err.println("bench: " + e.getMessage());
      return 2;
    } catch (Exception e) {
      System.err.println("bench: " + e);
      return 1;
    }
  }

  private static void compare(List<String> line) throws IOException {
    Arguments arguments = Arguments.of(line, "csv");
    var rows = Comparison.of(arguments.words().stream().map(Path::of).toList()).rows();
    for (Comparison.Row row : rows) {
      System.out.printf(
          Locale.ROOT,
          "%-28s %-26s %d threads  fovea %10.3f  %-28s %10.3f  %-11s x%.2f  (%d rounds)%n",
          row.key().work(),
          row.key().metric(),
          row.key().threads(),
          row.ours(),
          row.peer(),
          row.theirs(),
          row.key().unit(),
          row.ratio(),
          row.rounds());
    }
    String csv = arguments.options().get("csv");
    if (csv != null) {
      Csv.append(Path.of(csv), rows);
    }
  }
}
