package ai.fovea.image;

/// What a preprocessing step takes and gives: an encoded file, a decoded image, or an array of numbers.
public sealed interface Pixels permits Encoded, Image, Planes {}
