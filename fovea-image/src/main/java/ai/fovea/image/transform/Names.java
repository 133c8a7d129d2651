package ai.fovea.image.transform;

import ai.fovea.config.Config;
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

  /// Reads the list at `key`; what is wrong is noted in the section.
  static Preprocessing read(Config section, String key, Settings.Context context) {
    var transforms = new ArrayList<Transform>();
    for (Config.Named named : section.named(key)) {
      Function<Settings, Transform> parser = KNOWN.get(named.name());
      if (parser == null) {
        named
            .settings()
            .problem(
                "",
                ai.fovea.config.Names.unknown(
                    "transform", named.name(), KNOWN.keySet(), List.of()));
        named.settings().raw();
        continue;
      }
      var settings = new Settings(named.name(), named.settings(), context);
      int before = section.problemCount();
      try {
        transforms.add(parser.apply(settings));
      } catch (IllegalArgumentException e) {
        if (section.problemCount() == before) { // otherwise it follows from what is said already
          settings.problem(String.valueOf(e.getMessage()));
        }
      }
      settings.finish();
    }
    return Preprocessing.of(transforms, context.notes);
  }

  static boolean built(String name) {
    return KNOWN.containsKey(name);
  }
}
