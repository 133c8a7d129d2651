package ai.fovea.recognize.post;

import ai.fovea.image.Box;

/// An object that was found in an image.
///
/// @param classId class number, from 0
/// @param label its name; the number where the model names none
/// @param score how sure the model is, 0 to 1
/// @param box in pixels of the image; may reach beyond its edges
public record Detection(int classId, String label, float score, Box box) {}
