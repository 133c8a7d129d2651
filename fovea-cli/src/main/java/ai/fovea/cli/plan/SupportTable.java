package ai.fovea.cli.plan;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Which configurations can be used here, as Markdown: how often each reason stands in the way, then a row for each file.
final class SupportTable {
  private static final int NAMES = 5;

  private SupportTable() {}

  /// The text, each line ended.
  ///
  /// @param found what stands in the way of each file, by its name
  static String of(Map<String, List<String>> found) {
    Map<String, List<Obstacle>> all = new LinkedHashMap<>();
    found.forEach((name, problems) ->
        all.put(
            name,
            problems.stream()
                .map(Obstacle::of)
                .sorted(Comparator.comparingInt(Obstacle::rank))
                .distinct()
                .toList()));
    StringBuilder text = new StringBuilder();
    reasons(text, all);
    rows(text, all);
    return text.toString();
  }

  private static void reasons(StringBuilder text, Map<String, List<Obstacle>> all) {
    long works = all.values().stream().filter(List::isEmpty).count();
    text.append(works + " of " + all.size() + " configurations work.\n\n");
    Map<String, Integer> first = new TreeMap<>();
    Map<String, Integer> any = new TreeMap<>();
    Map<String, Map<String, Integer>> names = new TreeMap<>();
    for (List<Obstacle> obstacles : all.values()) {
      Set<String> kinds = new LinkedHashSet<>();
      for (Obstacle o : obstacles) {
        kinds.add(o.kind());
        if (!o.brief().equals(o.kind())) {
          names.computeIfAbsent(o.kind(), _ -> new TreeMap<>()).merge(o.brief(), 1, Integer::sum);
        }
      }
      kinds.forEach(k -> any.merge(k, 1, Integer::sum));
      kinds.stream().findFirst().ifPresent(k -> first.merge(k, 1, Integer::sum));
    }
    text.append(
        "| what is missing | main reason | among the reasons | most often |\n|---|--:|--:|---|\n");
    any.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .forEach(e ->
            text.append(
                "| %s | %d | %d | %s |\n"
                    .formatted(
                        e.getKey(),
                        first.getOrDefault(e.getKey(), 0),
                        e.getValue(),
                        mostOften(names.getOrDefault(e.getKey(), Map.of())))));
  }

  private static String mostOften(Map<String, Integer> names) {
    if (names.size() < 2) {
      return "";
    }
    List<String> most =
        names.entrySet().stream()
            .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
            .limit(NAMES)
            .map(e -> e.getKey().replaceFirst("^[a-z -]+:? (?=`)", "") + " " + e.getValue())
            .toList();
    return String.join(", ", most)
        + (names.size() > NAMES ? " and " + (names.size() - NAMES) + " more" : "");
  }

  private static void rows(StringBuilder text, Map<String, List<Obstacle>> all) {
    text.append("\n| configuration | |\n|---|---|\n");
    all.forEach((name, obstacles) -> {
      long kinds = obstacles.stream().map(Obstacle::kind).distinct().count();
      String more = kinds > 1 ? " and " + (kinds - 1) + " more" : "";
      String cell = obstacles.isEmpty() ? "works" : obstacles.getFirst().brief() + more;
      text.append("| %s | %s |\n".formatted(name, cell));
    });
  }
}
