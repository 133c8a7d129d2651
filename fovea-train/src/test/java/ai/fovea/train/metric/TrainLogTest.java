package ai.fovea.train.metric;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.testkit.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TrainLogTest {
  private final List<String> lines = new ArrayList<>();

  private static Map<String, Double> values(String list) {
    Map<String, Double> map = new LinkedHashMap<>();
    for (String pair : list.split(", ")) {
      map.put(pair.split(": ")[0], Double.valueOf(pair.split(": ")[1]));
    }
    return map;
  }

  @Test
  void linesOfATraining() {
    var log = new TrainLog(2, lines::add);
    log.iteration(
        new TrainLog.At(1, 0, 3),
        List.of(new TrainLog.Rate("LinearWarmup", 0.01 / 3)),
        values("top1: 0, CELoss: 1.319784, loss: 1.319784"),
        new TrainLog.Pace(0.3, 0.09417, 4));
    log.evalAverage(1, values("recall1: 0.5, recall5: 0.75, mAP: 0.25"));
    log.best(1, 1 / 3f, false);
    log.best(1, 0.00025, true);
    log.saved(Path.of("output", "latest"));
    assertThat(lines)
        .containsExactly(
            "[Train][Epoch 1/2][Iter: 0/3]lr(LinearWarmup): 0.00333333, top1: 0.00000, CELoss:"
                + " 1.31978, loss: 1.31978, batch_cost: 0.30000s, reader_cost: 0.09417, ips:"
                + " 13.33333 samples/s, eta: 0:00:01",
            "[Eval][Epoch 1][Avg]recall1: 0.50000, recall5: 0.75000, mAP: 0.25000",
            "[Eval][Epoch 1][best metric: 0.3333333432674408]",
            "[Eval][Epoch 1][best metric ema: 0.00025]",
            "Already save model in output" + java.io.File.separator + "latest");
    assertThat(TrainLog.duration(90_061)).isEqualTo("1 day, 1:01:01");
    assertThat(TrainLog.duration(200_000)).isEqualTo("2 days, 7:33:20");
  }

  /// Every line of the reference's log, taken apart and put together again.
  @Test
  void linesOfTheReference() throws IOException {
    Pattern train =
        Pattern.compile(
            ".*(\\[Train]\\[Epoch (\\d+)/(\\d+)]\\[Iter: (\\d+)/(\\d+)]lr\\((\\w+)\\): ([\\d.]+),"
                + " (.*), batch_cost: ([\\d.]+)s, reader_cost: ([\\d.]+), ips: ([\\d.]+) samples/s,"
                + " eta: [\\d:]+)");
    Pattern eval =
        Pattern.compile(
            ".*(\\[Eval]\\[Epoch (\\d+)]\\[Iter: (\\d+)/(\\d+)](.*), batch_cost: ([\\d.]+)s,"
                + " reader_cost: ([\\d.]+), ips: ([\\d.]+) images/sec)");
    Pattern average =
        Pattern.compile(".*(\\[(Train|Eval)]\\[Epoch (\\d+)(?:/(\\d+))?]\\[Avg](.*))");
    int seen = 0;
    for (String line : Files.readAllLines(Shared.path("golden/train/engine_log_sample.txt"))) {
      lines.clear();
      Matcher m = train.matcher(line);
      Matcher e = eval.matcher(line);
      Matcher a = average.matcher(line);
      String whole;
      if (m.matches()) {
        whole = m.group(1);
        double cost = Double.parseDouble(m.group(9));
        new TrainLog(Integer.parseInt(m.group(3)), lines::add)
            .iteration(
                at(m.group(2), m.group(4), m.group(5)),
                List.of(new TrainLog.Rate(m.group(6), Double.parseDouble(m.group(7)))),
                values(m.group(8)),
                pace(cost, m.group(10), m.group(11)));
      } else if (e.matches()) {
        whole = e.group(1);
        double cost = Double.parseDouble(e.group(6));
        new TrainLog(1, lines::add)
            .evalIteration(
                at(e.group(2), e.group(3), e.group(4)),
                values(e.group(5)),
                pace(cost, e.group(7), e.group(8)));
      } else if (a.matches() && !a.group(5).isBlank()) {
        whole = a.group(1);
        int epoch = Integer.parseInt(a.group(3));
        if (a.group(2).equals("Train")) {
          new TrainLog(Integer.parseInt(a.group(4)), lines::add)
              .trainAverage(epoch, values(a.group(5)));
        } else {
          new TrainLog(1, lines::add).evalAverage(epoch, values(a.group(5)));
        }
      } else {
        continue;
      }
      seen++;
      assertThat(lines).containsExactly(whole);
    }
    assertThat(seen).isGreaterThan(20);
  }

  private static TrainLog.At at(String epoch, String iteration, String iterations) {
    return new TrainLog.At(
        Integer.parseInt(epoch), Integer.parseInt(iteration), Integer.parseInt(iterations));
  }

  private static TrainLog.Pace pace(double cost, String reader, String perSecond) {
    return new TrainLog.Pace(
        cost, Double.parseDouble(reader), Double.parseDouble(perSecond) * cost);
  }
}
