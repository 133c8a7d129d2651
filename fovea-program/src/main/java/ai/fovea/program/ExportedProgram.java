package ai.fovea.program;

import ai.fovea.base.WholeFile;
import ai.fovea.graph.Graph;
import ai.fovea.graph.GraphException;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Type;
import ai.fovea.weights.PdiParams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// An inference program of PaddlePaddle as a graph: what PaddleClas, PaddleDetection and PaddleX export.
///
/// Parameters keep the names of the program's variables (`conv2d_0.w_0`). Outputs are `output0`, `output1`, … in the order in which the
/// program yields them. Non-maximum suppression, whose output's size depends on the data, is cut off: its settings are returned, and what goes into it becomes the outputs `boxes` and `scores`.
///
/// @param weights the value of every parameter
/// @param suppression what the program does with boxes and scores, of a detector with it
public record ExportedProgram(
    Graph graph, Map<String, NDArray> weights, Optional<Suppression> suppression) {

  /// Multi-class non-maximum suppression (`multiclass_nms3`), with Paddle's names.
  ///
  /// @param scoreThreshold boxes with a lower score are left out first
  /// @param nmsTopK so many boxes of each class go into the suppression; -1 for all
  /// @param keepTopK so many boxes of an image are kept; -1 for all
  /// @param nmsThreshold boxes that overlap a better one by more (intersection over union) are left out
  /// @param nmsEta what the threshold is multiplied by after each box, while it is above 0.5
  /// @param normalized whether coordinates are shares of the image, not pixels
  /// @param backgroundLabel the class that is left out; -1 for none
  public record Suppression(
      double scoreThreshold,
      int nmsTopK,
      int keepTopK,
      double nmsThreshold,
      double nmsEta,
      boolean normalized,
      int backgroundLabel) {}

  /// Reads `inference.json` or `inference.pdmodel`, and `inference.pdiparams`.
  ///
  /// @param multiple leaves height and width of images open, as this many times `H` and `W`, whatever the program says: detectors join
  ///     maps of halved sizes, and need 32 for it; 0 for what the program says
  /// @throws ProgramException naming file, place and reason, where it is no program or holds what graphs can't express
  public static ExportedProgram read(Path folder, int multiple) throws IOException {
    Path json = folder.resolve("inference.json");
    Path model = folder.resolve("inference.pdmodel");
    boolean newer = Files.exists(json);
    if (!newer && !Files.exists(model)) {
      throw new ProgramException(
          folder + ": neither inference.json nor inference.pdmodel is there");
    }
    Path file = newer ? json : model;
    byte[] bytes = WholeFile.read(file, WholeFile.TEXT);
    Program program =
        newer ? PirReader.read(file.toString(), bytes) : PdModelReader.read(file.toString(), bytes);
    try {
      var builder = new ProgramGraph(program, multiple);
      Graph graph = builder.build();
      var types = new TreeMap<String, Type>();
      for (Program.Tensor p : program.parameters().values()) {
        types.put(p.name(), new Type(p.dtype(), ProgramGraph.fixed(p)));
      }
      Map<String, NDArray> all = PdiParams.read(folder.resolve("inference.pdiparams"), types);
      all.keySet().retainAll(graph.params().stream().map(p -> p.name()).toList());
      return new ExportedProgram(graph, all, builder.suppression());
    } catch (GraphException e) {
      throw new ProgramException(file + ": " + e.getMessage(), e);
    }
  }
}
