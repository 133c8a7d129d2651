package ai.fovea.data;

import java.nio.file.Path;
import java.util.OptionalLong;

/// One line of a list: a picture with its class.
///
/// @param file the picture
/// @param label its class; 0 where the list has no classes
/// @param uniqueId third field, a camera or the identity of the very picture: in retrieval a pair with the same
///     label and the same id is not counted as a match
/// @param line where it stands in the list file, from 1
public record Sample(Path file, long label, OptionalLong uniqueId, int line) {}
