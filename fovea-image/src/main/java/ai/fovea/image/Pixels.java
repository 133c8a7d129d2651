package ai.fovea.image;

/// What a preprocessing step takes and gives: an encoded file, a decoded picture, or an array of numbers.
public sealed interface Pixels permits Encoded, Picture, Planes {}
