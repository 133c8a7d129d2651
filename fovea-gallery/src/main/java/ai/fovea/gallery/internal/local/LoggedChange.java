package ai.fovea.gallery.internal.local;

import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.internal.Input;
import ai.fovea.gallery.internal.Output;
import ai.fovea.gallery.internal.Texts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Something that is done to a gallery, checked before, as a whole or not at all; in a log one
/// record of this kind and content (texts and details as in [Details]; numbers are little-endian,
/// ids have 8 bytes, counts 4, vectors 4·D):
///
/// | kind | what | content |
/// |---|---|---|
/// | 1 | images are added | their count; for each id, label and details; then the vectors |
/// | 2 | a vector is replaced | id, vector |
/// | 3 | label and details of an image are replaced | id, label, details |
/// | 4 | images are removed | their count, ids |
/// | 5 | labels become one, or one gets another name | their count, the labels, the name |
/// | 6 | the calibration is replaced | a text: [Calibration#toText()], or an empty one for none |
/// | 7 | vector, label and details of an image are replaced | id, label, details, vector |
sealed interface LoggedChange {
  /// Adds images; vectors are as they are stored.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Add(long[] ids, List<Image> images, float[][] vectors) implements LoggedChange {}

  /// Replaces a vector by one as it is stored.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Update(long id, float[] vector) implements LoggedChange {}

  /// Replaces what is known of an image.
  record Edit(long id, Image image) implements LoggedChange {}

  /// Removes images.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Remove(long[] ids) implements LoggedChange {}

  /// Gives all images with one of the labels `from` the label `to`.
  record Relabel(List<String> from, String to) implements LoggedChange {}

  /// Stores a calibration in place of the one before, or none.
  record Calibrate(Optional<Calibration> calibration) implements LoggedChange {}

  /// Replaces all of an image but its id.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Replace(long id, Image image, float[] vector) implements LoggedChange {}

  /// A label and details.
  record Image(String label, Details details) {
    private void writeTo(Output to) throws IOException {
      to.putText(label);
      details.writeTo(to);
    }

    private static Image read(Input from) {
      return new Image(LoggedChange.label(from), Details.read(from));
    }
  }

  /// Returns the number of its kind in a log.
  default int kind() {
    return switch (this) {
      case Add add -> 1;
      case Update update -> 2;
      case Edit edit -> 3;
      case Remove remove -> 4;
      case Relabel relabel -> 5;
      case Calibrate calibrate -> 6;
      case Replace replace -> 7;
    };
  }

  /// Writes its content.
  default void writeTo(Output to) throws IOException {
    switch (this) {
      case Add add -> {
        to.putInt(add.ids.length);
        for (int i = 0; i < add.ids.length; i++) {
          to.putLong(add.ids[i]);
          add.images.get(i).writeTo(to);
        }
        for (float[] vector : add.vectors) {
          to.putFloats(vector);
        }
      }
      case Update update -> {
        to.putLong(update.id);
        to.putFloats(update.vector);
      }
      case Edit edit -> {
        to.putLong(edit.id);
        edit.image.writeTo(to);
      }
      case Remove remove -> {
        to.putInt(remove.ids.length);
        for (long id : remove.ids) {
          to.putLong(id);
        }
      }
      case Relabel relabel -> {
        to.putInt(relabel.from.size());
        for (String label : relabel.from) {
          to.putText(label);
        }
        to.putText(relabel.to);
      }
      case Calibrate calibrate ->
          to.putText(calibrate.calibration.map(Calibration::toText).orElse(""));
      case Replace replace -> {
        to.putLong(replace.id);
        replace.image.writeTo(to);
        to.putFloats(replace.vector);
      }
    }
  }

  /// Reads what [#writeTo] wrote.
  static LoggedChange read(int kind, Input from, int dimension) {
    LoggedChange change =
        switch (kind) {
          case 1 -> {
            long[] ids = new long[from.count(Long.BYTES + dimension * Float.BYTES)];
            List<Image> images = new ArrayList<>(ids.length);
            for (int i = 0; i < ids.length; i++) {
              ids[i] = from.number();
              images.add(Image.read(from));
            }
            float[][] vectors = new float[ids.length][];
            for (int i = 0; i < ids.length; i++) {
              vectors[i] = from.floats(dimension);
            }
            yield new Add(ids, images, vectors);
          }
          case 2 -> new Update(from.number(), from.floats(dimension));
          case 3 -> new Edit(from.number(), Image.read(from));
          case 4 -> {
            long[] ids = new long[from.count(Long.BYTES)];
            for (int i = 0; i < ids.length; i++) {
              ids[i] = from.number();
            }
            yield new Remove(ids);
          }
          case 5 -> {
            int count = from.count(Integer.BYTES);
            List<String> labels = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
              labels.add(label(from));
            }
            yield new Relabel(labels, label(from));
          }
          case 6 ->
              new Calibrate(
                  Optional.of(from.text()).filter(t -> !t.isEmpty()).map(Calibration::parse));
          case 7 -> new Replace(from.number(), Image.read(from), from.floats(dimension));
          default ->
              throw new IllegalArgumentException(
                  "a change of the kind " + kind + ", which this program does not know");
        };
    from.end();
    return change;
  }

  /// Returns a text that can be a label.
  static String label(Input from) {
    String label = from.text();
    Texts.require("a label", label);
    return label;
  }
}
