package ai.fovea.index.golden;

import ai.fovea.index.Metric;
import ai.fovea.index.Search;
import ai.fovea.index.VectorIndex;
import ai.fovea.index.faiss.BinaryIndex;
import ai.fovea.index.faiss.FaissIndex;
import ai.fovea.index.golden.HitComparison.Freedom;
import ai.fovea.testkit.CaseFile;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.Golden;
import ai.fovea.testkit.GoldenFormat;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Rare Faiss files (`deploy/faiss_extra`).
public final class RareFaissCases implements GoldenFormat {
  private static final int DIMENSION = 16;
  private static final double TOLERANCE = 2e-6;

  @Override
  public String name() {
    return "rare Faiss indexes";
  }

  @Override
  public boolean accepts(Path file, JsonNode content) {
    return content.has("ivf_sparse") && content.has("fewer_than_k");
  }

  @Override
  public void run(Path file, Consumer<CaseResult> sink) throws IOException {
    results(file).forEach(sink);
  }

  private static List<CaseResult> results(Path file) throws IOException {
    JsonNode content = CaseFile.read(file);
    String set = file.getFileName().toString().replace(".json", "");
    float[][] base = unit("deploy/faiss/sparse_" + set, 600);
    float[][] queries = Arrays.copyOf(base, 3);
    List<CaseResult> results = new ArrayList<>();

    JsonNode sparse = content.path("ivf_sparse");
    FaissIndex.OfFloats ivf = floats(file, sparse);
    int nprobe = sparse.path("nprobe").asInt();
    int k = sparse.path("k").asInt();
    HitComparison by = new HitComparison(ivf.metric(), TOLERANCE, Freedom.NONE);
    try (VectorIndex index = ivf.toVectorIndex()) {
      String wrong =
          by.differs(index.searchBatch(queries, Search.of(k).withNprobe(nprobe)), sparse);
      results.add(result("ivf_sparse", wrong, file));
    }

    JsonNode empty = content.path("empty_flat");
    try (VectorIndex index = floats(file, empty).toVectorIndex()) {
      String wrong = by.differs(index.searchBatch(Arrays.copyOf(base, 2), 3), empty);
      results.add(result("empty_flat", wrong, file));
    }

    JsonNode few = content.path("fewer_than_k");
    float[][] two = Arrays.copyOf(base, 2);
    FaissIndex.Flat l2 = FaissIndex.Flat.of(DIMENSION, Metric.L2, two);
    try (VectorIndex index = l2.toVectorIndex()) {
      HitComparison distances = new HitComparison(Metric.L2, TOLERANCE, Freedom.NONE);
      results.add(
          result(
              "fewer_than_k L2",
              distances.differs(index.searchBatch(two, 4), part(few, "l2")),
              file));
    }
    byte[] codes = new byte[2 * DIMENSION];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) (int) (256 * Golden.u(Golden.seed("x"), i));
    }
    BinaryIndex bits =
        new BinaryIndex(new FaissIndex.BinaryFlat(8 * DIMENSION, MemorySegment.ofArray(codes)));
    byte[][] asked = {
      Arrays.copyOf(codes, DIMENSION), Arrays.copyOfRange(codes, DIMENSION, 2 * DIMENSION)
    };
    HitComparison hamming = new HitComparison(Metric.L2, 0, Freedom.NONE);
    results.add(
        result(
            "fewer_than_k hamming",
            hamming.differs(bits.searchBatch(asked, 4), part(few, "hamming")),
            file));

    JsonNode other = content.path("unsupported");
    results.add(
        DamagedFaissCases.refused(
            "unsupported " + other.path("fourcc").asString(),
            other.path("must").asString(),
            file.resolveSibling(other.path("file").asString())));
    return results;
  }

  private static FaissIndex.OfFloats floats(Path file, JsonNode one) throws IOException {
    return (FaissIndex.OfFloats) FaissIndex.read(file.resolveSibling(one.path("file").asString()));
  }

  private static JsonNode part(JsonNode few, String prefix) {
    ObjectNode out = ((ObjectNode) few).objectNode();
    out.set("ids", few.path(prefix + "_ids"));
    out.set("scores", few.path(prefix + "_scores"));
    return out;
  }

  private static CaseResult result(String name, String wrong, Path file) {
    return wrong.isEmpty()
        ? CaseResult.passed(name, file.toString())
        : CaseResult.failed(name, "what Faiss finds", wrong, file.toString());
  }

  /// Rows of the generator's numbers, scaled to length one.
  private static float[][] unit(String name, int rows) {
    float[] all = Golden.values(name, rows * DIMENSION, 1, 0);
    float[][] out = new float[rows][];
    for (int r = 0; r < rows; r++) {
      out[r] = Arrays.copyOfRange(all, r * DIMENSION, (r + 1) * DIMENSION);
      double length = Golden.l2(out[r]);
      for (int d = 0; d < DIMENSION; d++) {
        out[r][d] = (float) (out[r][d] / length);
      }
    }
    return out;
  }
}
