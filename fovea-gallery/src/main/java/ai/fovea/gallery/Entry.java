package ai.fovea.gallery;

import java.util.Map;
import java.util.Optional;

/// One picture in a gallery, without its vector (see [Gallery#vector(long)]).
///
/// @param id its number, 0 or greater, unique in the gallery
/// @param label the class that it shows
/// @param source where it came from: a path, or any name of the caller's
/// @param attributes the caller's own small notes, in the order of their keys
public record Entry(
    long id, String label, Optional<String> source, Map<String, String> attributes) {}
