package ai.fovea.models;

import java.util.function.Function;

/// A backbone that can be asked for by name.
///
/// @param card what is known of it
/// @param factory makes it of the arguments that a configuration gives; it asks for each that it knows, so that the
///     others can be reported
public record NamedBackbone(ModelCard card, Function<Arguments, Backbone> factory) {}
