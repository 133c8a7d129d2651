package ai.fovea.cli;

import java.nio.file.Path;

/// A picture and the label that it is to have.
record Labelled(Path file, String label) {}
