package ai.fovea.image;

/// The bytes of an image file, not decoded yet.
///
/// @param file the whole file; not copied, so it must not be changed afterwards
/// @param name what error messages call it
@SuppressWarnings("ArrayRecordComponent") // a file of megabytes is handed over, never compared
public record Encoded(byte[] file, String name) implements Pixels {}
