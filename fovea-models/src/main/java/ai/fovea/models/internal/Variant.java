package ai.fovea.models.internal;

import ai.fovea.models.Backbone;
import ai.fovea.models.ModelCard;
import java.util.function.Function;

/// A network that can be asked for by name: its card, and how its arguments make it.
public record Variant(ModelCard card, Function<Arguments, Backbone> settings) {}
