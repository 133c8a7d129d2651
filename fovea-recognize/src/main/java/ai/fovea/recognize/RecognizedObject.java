package ai.fovea.recognize;

import ai.fovea.image.Box;

/// An object that a detector found in an image, and what a gallery says of it.
///
/// @param box what was looked up: whole pixels inside the image
/// @param detectionScore how sure the detector is, 0 to 1; 0 for the whole image, which no detector found
/// @param recognition what the part of the image in the box shows
public record RecognizedObject(Box box, double detectionScore, Recognition recognition) {}
