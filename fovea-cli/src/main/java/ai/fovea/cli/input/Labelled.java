package ai.fovea.cli.input;

import java.nio.file.Path;
import java.text.Normalizer;

/// An image and the label that it is to have.
///
/// @param label in Unicode's composed form (NFC), so that names that look alike are one label
public record Labelled(Path file, String label) {
  public Labelled {
    label = Normalizer.normalize(label, Normalizer.Form.NFC);
  }
}
