package ai.fovea.recognize;

import ai.fovea.base.ModelException;
import ai.fovea.base.WholeFile;
import ai.fovea.program.ExportedProgram;
import ai.fovea.recognize.post.PostStep;
import ai.fovea.recognize.post.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Folders of PaddlePaddle as models.
final class Programs {
  private static final int BINS = 8;
  private static final List<Integer> STRIDES = List.of(8, 16, 32, 64);

  private Programs() {}

  /// Whether a folder holds a program.
  static boolean isIn(Path folder) {
    return Files.exists(folder.resolve("inference.json"))
        || Files.exists(folder.resolve("inference.pdmodel"));
  }

  /// Opens a folder with a program and its description.
  static ModelFolder open(Path folder, Path description) throws IOException {
    if (!Files.isRegularFile(description)) {
      throw new ModelException(
          folder
              + ": holds a program of PaddlePaddle without "
              + ModelFolder.DESCRIPTION
              + ", which says how to prepare images; export it with that file, or write one");
    }
    Map<?, ?> described =
        SpecificationYaml.load(description.toString(), WholeFile.text(description));
    ModelSpecification told = SpecificationYaml.readOfProgram(description.toString(), described);
    ExportedProgram program = ExportedProgram.read(folder, 0);
    if (SpecificationYaml.impliesSuppression(described) && program.suppression().isEmpty()) {
      throw new ModelException(
          description
              + ": describes a detector without a section NMS, and the program does not suppress"
              + " what overlaps itself: write NMS with score_threshold, nms_threshold, nms_top_k"
              + " and keep_top_k");
    }
    return ModelFolder.of(folder.toString(), told, program);
  }

  /// A specification with what the program says: its outputs, what was cut off from it, and how the maps of a detector's heads become boxes.
  ///
  /// @throws ModelException where an output is named that the program does not have
  static ModelSpecification specification(
      String place, ModelSpecification told, ExportedProgram program) {
    List<String> there = List.copyOf(program.graph().outputs().keySet());
    LoadedModel.requireOutputs(place, told.outputs(), there);
    List<String> outputs =
        !told.outputs().isEmpty()
            ? told.outputs()
            : told.task() == Task.DETECTION || program.suppression().isPresent()
                ? detector(program, there)
                : List.of(there.getFirst());
    var steps = new ArrayList<>(told.steps());
    program
        .suppression()
        .ifPresent(s -> {
          steps.removeIf(step -> step instanceof PostStep.Suppress);
          steps.addFirst(
              new PostStep.Suppress(
                  s.scoreThreshold(),
                  s.nmsTopK(),
                  s.keepTopK(),
                  s.nmsThreshold(),
                  s.nmsEta(),
                  s.normalized(),
                  s.backgroundLabel()));
        });
    boolean maps =
        outputs.size() == 2 * STRIDES.size()
            && steps.stream().noneMatch(s -> s instanceof PostStep.DecodeBoxes);
    if (told.task() == Task.DETECTION && maps) {
      steps.addFirst(new PostStep.ToImage());
      steps.addFirst(new PostStep.DecodeBoxes(STRIDES, BINS));
    }
    return new ModelSpecification(told.name(), told.inputs(), told.preprocessing(), outputs, steps);
  }

  private static List<String> detector(ExportedProgram program, List<String> there) {
    return program.suppression().isPresent() ? List.of("boxes", "scores") : there;
  }
}
