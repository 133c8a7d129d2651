package ai.fovea.models.internal;

import ai.fovea.config.Config;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Value;
import ai.fovea.models.Arguments;
import ai.fovea.models.Backbone;
import ai.fovea.models.BackboneOutput;
import ai.fovea.models.Stage;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// A backbone with outputs for some of its places, as the arguments `return_patterns` and `return_stages` ask for.
///
/// @param patterns names of places
/// @param stages which stages, by index, if no place is named; all where empty
public record MultiOutputBackbone(
    Config settings, Backbone backbone, List<String> patterns, Optional<List<Long>> stages)
    implements Backbone {

  /// The backbone itself where nothing more is asked for.
  public static Backbone of(Arguments args, Backbone backbone) {
    List<String> patterns = args.words("return_patterns");
    if (!patterns.isEmpty()) {
      args.value("return_stages"); // the reference, too, lets the names win
      return new MultiOutputBackbone(args.config(), backbone, patterns, Optional.empty());
    }
    return switch (args.value("return_stages")) {
      case null -> backbone;
      case Boolean all ->
          all
              ? new MultiOutputBackbone(args.config(), backbone, List.of(), Optional.empty())
              : backbone;
      default -> {
        List<Long> indexes =
            LongStream.of(args.config().integers("return_stages")).boxed().toList();
        if (indexes.stream().anyMatch(i -> i < 0)) {
          args.problem("return_stages", "expected indexes of at least 0, found " + joined(indexes));
        }
        yield new MultiOutputBackbone(args.config(), backbone, List.of(), Optional.of(indexes));
      }
    };
  }

  @Override
  public BackboneOutput build(Scope scope, Value image) {
    BackboneOutput all = backbone.build(scope, image);
    BackboneOutput more = all;
    for (String place : patterns.isEmpty() ? chosen(all) : patterns) {
      more = more.with(place, Places.find(scope, place, all, settings, "return_patterns"));
    }
    return more;
  }

  private List<String> chosen(BackboneOutput output) {
    List<String> names = output.stages().stream().map(Stage::name).toList();
    if (stages.isEmpty()) {
      return names;
    }
    List<Long> indexes = stages.get();
    if (indexes.stream().anyMatch(i -> i >= names.size())) {
      settings
          .problem(
              "return_stages",
              "expected indexes of 0 to %d, found %s; the stages are %s"
                  .formatted(names.size() - 1, joined(indexes), String.join(", ", names)))
          .check();
    }
    return indexes.stream().map(i -> names.get(Math.toIntExact(i))).toList();
  }

  private static String joined(List<Long> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  @Override
  public int channels() {
    return backbone.channels();
  }
}
