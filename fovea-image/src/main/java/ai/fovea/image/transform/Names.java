package ai.fovea.image.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// Which name in a configuration stands for which operation.
final class Names {
  private static final Map<String, Function<Settings, Transform>> KNOWN = known();

  private Names() {}

  private static Map<String, Function<Settings, Transform>> known() {
    var map = new TreeMap<String, Function<Settings, Transform>>();
    map.put("CenterCrop", CenterCrop::parse);
    map.put("ColorJitter", ColorJitter::parse);
    map.put("CropImage", CropImage::parse);
    map.put("CropImageAtRatio", CropImageAtRatio::parse);
    map.put("DecodeImage", DecodeImage::parse);
    map.put("DetNormalizeImage", DetNormalizeImage::parse);
    map.put("DetPadStride", DetPadStride::parse);
    map.put("DetResize", DetResize::parse);
    map.put("Normalize", Normalize::parse);
    map.put("NormalizeImage", NormalizeImage::parse);
    map.put("Pad", s -> Pad.parse(s, "Pad"));
    map.put("Pad_paddle_vision", s -> Pad.parse(s, "Pad_paddle_vision"));
    map.put("Padv2", PadToSize::parse);
    map.put("RandCropImage", RandCropImage::parse);
    map.put("RandCropImageV2", RandCropImageV2::parse);
    map.put("RandFlipImage", RandFlipImage::parse);
    map.put("RandomCropImage", RandomCropImage::parse);
    map.put("RandomErasing", RandomErasing::parse);
    map.put("RandomHorizontalFlip", RandomHorizontalFlip::parse);
    map.put("RandomResizedCrop", RandomResizedCrop::parse);
    map.put("RandomRotation", RandomRotation::parse);
    map.put("Resize", Resize::parse);
    map.put("ResizeImage", ResizeImage::parse);
    map.put("ToCHWImage", s -> ToChwImage.parse(s));
    map.put("ToTensor", ToTensor::parse);
    return map;
  }

  static Preprocessing parse(List<?> list, Settings.Context context) {
    var transforms = new ArrayList<Transform>();
    for (int i = 0; i < list.size(); i++) {
      Object item = list.get(i);
      String place = "operation " + (i + 1);
      if (item instanceof String name) { // `- ToCHWImage` without a colon
        item = Map.of(name, Map.of());
      }
      if (!(item instanceof Map<?, ?> entry) || entry.size() != 1) {
        context.problems.add(place + ": expected one operation with its settings, got " + item);
        continue;
      }
      var only = entry.entrySet().iterator().next();
      String name = String.valueOf(only.getKey());
      Object given = only.getValue();
      if (given != null && !(given instanceof Map)) {
        context.problems.add(place + " " + name + ": expected settings by name, got " + given);
        continue;
      }
      Function<Settings, Transform> parser = KNOWN.get(name);
      if (parser == null) {
        context.problems.add(
            place
                + ": '"
                + name
                + "' is not built; there are "
                + String.join(", ", KNOWN.keySet()));
        continue;
      }
      Map<?, ?> map = given instanceof Map<?, ?> m ? m : Map.of();
      var settings = new Settings(place + " " + name, map, context);
      int before = context.problems.size();
      try {
        transforms.add(parser.apply(settings));
      } catch (IllegalArgumentException e) {
        if (context.problems.size() == before) { // otherwise it follows from what is said already
          settings.problem(String.valueOf(e.getMessage()));
        }
      }
      settings.finish();
    }
    if (!context.problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", context.problems));
    }
    return Preprocessing.of(transforms, context.notes);
  }

  static boolean built(String name) {
    return KNOWN.containsKey(name);
  }
}
