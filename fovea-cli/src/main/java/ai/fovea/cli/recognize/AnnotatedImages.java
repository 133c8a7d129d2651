package ai.fovea.cli.recognize;

import ai.fovea.base.MadeFolders;
import ai.fovea.cli.CommandException;
import ai.fovea.cli.Failures;
import ai.fovea.cli.input.DamagedImages;
import ai.fovea.cli.input.Inputs;
import ai.fovea.cli.text.UndrawnLabels;
import ai.fovea.image.Image;
import ai.fovea.image.ImageEncoder;
import ai.fovea.image.ImageException;
import ai.fovea.image.draw.Annotation;
import ai.fovea.image.draw.Drawing;
import ai.fovea.image.draw.LabelKey;
import ai.fovea.recognize.Recognition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Images with what was recognised written on them.
public final class AnnotatedImages {
  private AnnotatedImages() {}

  /// Writes `NAME.jpg` for each result. Images of one name get a number, so that none is lost.
  ///
  /// @param problems gets a line for each image that can't be read again
  /// @return the labels that can't be drawn, for people; empty where all are
  public static Optional<String> write(
      List<Recognition> results,
      Inputs inputs,
      Path folder,
      DamagedImages damaged,
      List<String> problems)
      throws IOException {
    Set<String> taken = new HashSet<>();
    List<Path> targets = results.stream().map(r -> folder.resolve(name(r.image(), taken))).toList();
    refuseInputs(results.stream().map(r -> inputs.path(r.image())).toList(), targets);
    var key = new LabelKey();
    MadeFolders made = MadeFolders.of(folder);
    for (int i = 0; i < targets.size(); i++) {
      Recognition result = results.get(i);
      try {
        Image drawn = draw(damaged.decoder().read(inputs.path(result.image())), result, key);
        ImageEncoder.write(drawn, targets.get(i));
      } catch (IOException | ImageException e) {
        problems.add(Failures.describe(e));
      }
    }
    made.removeEmpty(); // where nothing could be drawn
    return UndrawnLabels.note(key.numbers());
  }

  /// Refuses to draw over the images that were asked.
  private static void refuseInputs(List<Path> inputs, List<Path> targets) throws IOException {
    Set<Path> asked = new HashSet<>();
    for (Path input : inputs) {
      if (Files.exists(input)) {
        asked.add(input.toRealPath());
      }
    }
    for (Path target : targets) {
      if (Files.exists(target) && asked.contains(target.toRealPath())) {
        throw new CommandException(
            target
                + ": --draw would put the drawing in the place of this image, which was asked"
                + " for; name another folder");
      }
    }
  }

  /// An image with its result.
  private static Image draw(Image image, Recognition result, LabelKey key) {
    return Drawing.annotate(
        image,
        List.of(
            result
                .label()
                .map(label -> Annotation.of(label, result.score()))
                .orElseGet(() -> Annotation.unknown(result.score()))),
        key);
  }

  private static String name(String image, Set<String> taken) {
    String file =
        image.equals(Inputs.STANDARD_INPUT)
            ? "standard-input"
            : String.valueOf(Path.of(image).getFileName());
    String stem = file.contains(".") ? file.substring(0, file.lastIndexOf('.')) : file;
    String name = stem;
    for (int i = 2; !taken.add(name.toLowerCase(Locale.ROOT)); i++) {
      name = stem + "-" + i;
    }
    return name + ".jpg";
  }
}
