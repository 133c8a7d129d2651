package ai.fovea.data;

import java.nio.file.Path;
import java.util.OptionalLong;

/// One line of a list: an image with its class.
///
/// @param file the image
/// @param label its class; 0 where the list has no classes
/// @param uniqueId third field, a camera or the identity of the very image: in retrieval a pair with the same
///     label and the same id is not counted as a match
/// @param line where it stands in the list file, from 1
public record Sample(Path file, long label, OptionalLong uniqueId, int line) {}
