package ai.fovea.models;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Backbones, necks and heads that configurations can name, beside those that come with the library.
///
/// Providers are found by [java.util.ServiceLoader]: name the class in
/// `META-INF/services/ai.fovea.models.ModelProvider`. A name that is taken already is an error.
public interface ModelProvider {
  /// Backbones.
  default List<NamedBackbone> backbones() {
    return List.of();
  }

  /// Necks by name, made of their arguments. Each can stand in the place of a head, too.
  default Map<String, Function<Arguments, Neck>> necks() {
    return Map.of();
  }

  /// Heads by name, made of their arguments.
  default Map<String, Function<Arguments, Head>> heads() {
    return Map.of();
  }
}
