package ai.fovea.models.internal;

import ai.fovea.base.ModelException;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Value;
import ai.fovea.models.BackboneOutput;
import ai.fovea.models.Stage;
import java.util.List;
import java.util.stream.Stream;

/// The places of a backbone that configurations name.
public final class Places {
  private static final String FEATURES = "flatten";

  private Places() {}

  /// What a place yields: `flatten` are the features in every family, then come stages, then layers. `blocks[2].conv` and `blocks.2.conv`
  /// mean the same.
  ///
  /// @param at the scope in which the backbone was built
  /// @throws ModelException with the layers that there are
  public static Value find(Scope at, String place, BackboneOutput output) {
    if (place.equals(FEATURES)) {
      return output.features();
    }
    for (Stage stage : output.stages()) {
      if (dotted(stage.name()).equals(dotted(place))) {
        return stage.value();
      }
    }
    return at.last(dotted(place))
        .orElseThrow(() ->
            new ModelException(
                "the backbone has no layer '" + place + "'; it has " + layers(at, output)));
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
