package ai.fovea.recognize.observe;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// What Java's Flight Recorder keeps of a stage, one kind of event each.
@Category("Fovea")
@StackTrace(false)
abstract class StageEvent extends Event {
  @Label("Model")
  String model = "";

  @Label("Images")
  int images;

  @Name("ai.fovea.Decode")
  @Label("Decode")
  @Description("An image was read, decoded and prepared")
  static final class Decode extends StageEvent {}

  @Name("ai.fovea.Embed")
  @Label("Embed")
  @Description("A network was run on a batch of images")
  static final class Embed extends StageEvent {}

  @Name("ai.fovea.Search")
  @Label("Search")
  @Description("A vector was looked up in a gallery")
  static final class Search extends StageEvent {}

  @Name("ai.fovea.Queue")
  @Label("Queue")
  @Description("An image waited for its batch")
  static final class Queue extends StageEvent {}
}
