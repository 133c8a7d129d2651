package ai.fovea.cli;

import ai.fovea.cli.text.Table;
import ai.fovea.graph.Op;
import ai.fovea.graph.Summary;
import ai.fovea.models.ImagePreparation;
import ai.fovea.models.ModelCard;
import ai.fovea.models.Models;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `fovea models`: the networks that can be trained and exported.
@Command(
    name = "models",
    description = "Lists the networks that can be named in a configuration.",
    footer = {"", "Example: fovea models pplcnet"})
final class ModelsCommand implements Callable<Outcome> {
  @Mixin private final Common common = new Common();

  @Parameters(
      arity = "0..1",
      paramLabel = "TEXT",
      description = "Only names that contain this; upper and lower case are alike.")
  private Optional<String> filter = Optional.empty();

  @Override
  public Outcome call() throws CommandException {
    String wanted = filter.orElse("").toLowerCase(Locale.ROOT);
    List<ModelCard> cards =
        Models.cards().stream()
            .filter(c -> c.name().toLowerCase(Locale.ROOT).contains(wanted))
            .toList();
    if (cards.isEmpty()) {
      throw new CommandException(
          "no network's name contains '" + wanted + "'; `fovea models` lists all of them");
    }
    if (common.json()) {
      common.print(Map.of("models", cards.stream().map(ModelsCommand::plain).toList()));
    } else {
      Table table = new Table("name", ">parameters", ">multiply-adds", ">input", "paper");
      for (ModelCard card : cards) {
        Summary summary = summary(card);
        table.row(
            card.name(),
            millions(summary.parameters()),
            millions(summary.convolutionMacs()),
            card.inputSize(),
            card.paper());
      }
      common.print(table);
    }
    return Outcome.DONE;
  }

  private static Summary summary(ModelCard card) {
    return Summary.of(Models.build(Map.of("name", card.name()), Op.Size.of(card.inputSize())));
  }

  private static String millions(long n) {
    return String.format(Locale.ROOT, "%.2f M", n / 1e6);
  }

  private static Map<String, Object> plain(ModelCard card) {
    Summary summary = summary(card);
    var map = new LinkedHashMap<String, Object>();
    map.put("name", card.name());
    map.put("family", card.family());
    map.put("parameters", summary.parameters());
    map.put("multiply_adds", summary.convolutionMacs());
    map.put("input_size", card.inputSize());
    ImagePreparation preparation = card.preparation();
    map.put("short_side", preparation.shortSide());
    map.put("interpolation", preparation.interpolation().name().toLowerCase(Locale.ROOT));
    map.put("mean", preparation.mean());
    map.put("std", preparation.std());
    map.put("paper", card.paper());
    map.put("licence", card.licence());
    map.put("source", card.source());
    card.weights().ifPresent(weights -> map.put("weights", weights.toString()));
    return map;
  }
}
