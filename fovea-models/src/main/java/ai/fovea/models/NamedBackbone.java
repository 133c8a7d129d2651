package ai.fovea.models;

import java.util.function.Function;

/// A backbone that can be asked for by name.
///
/// @param card what is known of it
/// @param factory makes it of the arguments that a configuration gives; it asks for each that it knows, so that the
///     others can be reported
public record NamedBackbone(ModelCard card, Function<Arguments, Backbone> factory) {
  /// A backbone of a user's own, of which nothing else is known.
  ///
  /// @param name as in the `Arch` section of a configuration
  public static NamedBackbone of(String name, Function<Arguments, Backbone> factory) {
    return new NamedBackbone(ModelCard.own(name), factory);
  }
}
