package ai.fovea.models.internal;

import ai.fovea.config.Config;
import ai.fovea.config.Names;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Value;
import ai.fovea.models.BackboneOutput;
import ai.fovea.models.Stage;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The places of a backbone that configurations name.
public final class Places {
  private static final String FEATURES = "flatten";

  private Places() {}

  /// What a place yields: `flatten` are the features in every family, then come stages, then layers. `blocks[2].conv` and `blocks.2.conv`
  /// mean the same.
  ///
  /// @param at the scope in which the backbone was built
  /// @param settings where the place is named
  /// @param key of the place
  /// @throws ai.fovea.config.ConfigException with the layers that there are
  public static Value find(
      Scope at, String place, BackboneOutput output, Config settings, String key) {
    if (place.equals(FEATURES)) {
      return output.features();
    }
    for (Stage stage : output.stages()) {
      if (dotted(stage.name()).equals(dotted(place))) {
        return stage.value();
      }
    }
    return at.last(dotted(place))
        .orElseThrow(() -> {
          settings.problem(key, absent(place, layers(at, output))).check();
          throw new IllegalStateException("check() throws");
        });
  }

  private static String absent(String place, List<String> layers) {
    return "the backbone has no layer '%s'%s; it has %s"
        .formatted(place, Names.suggestion(place, layers), String.join(", ", layers));
  }

  /// Returns what a backbone that is most likely meant says of a place that it does not have but one of nearly the same name; empty for
  /// any other place, which the backbone that is meant may have.
  static Optional<String> misspelt(Scope at, String place, BackboneOutput output) {
    List<String> layers = layers(at, output);
    boolean there =
        output.stages().stream().anyMatch(s -> dotted(s.name()).equals(dotted(place)))
            || layers.contains(place)
            || at.last(dotted(place)).isPresent();
    return !there && Names.meant(place, layers).isPresent()
        ? Optional.of(absent(place, layers))
        : Optional.empty();
  }

  private static String dotted(String place) {
    return place.replace("[", ".").replace("]", "");
  }

  private static List<String> layers(Scope at, BackboneOutput output) {
    Stream<String> first =
        at.graph(output.outputs()).nodes().stream()
            .map(n -> n.path())
            .filter(p -> p.startsWith(at.path()))
            .map(p -> at.path().isEmpty() ? p : p.substring(at.path().length() + 1))
            .map(p -> p.split("\\.", 2)[0])
            .filter(p -> !p.isEmpty());
    return Stream.concat(first, Stream.of(FEATURES)).distinct().toList();
  }
}
