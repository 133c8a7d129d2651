package ai.fovea.models.internal;

import ai.fovea.models.Arguments;
import ai.fovea.models.Head;
import ai.fovea.models.ModelProvider;
import ai.fovea.models.NamedBackbone;
import ai.fovea.models.Neck;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/// The networks of PaddleClas, with its names.
public final class PaddleClasModels implements ModelProvider {
  @Override
  public List<NamedBackbone> backbones() {
    return Stream.of(
            PPLCNet.variants(),
            PPLCNetV2.variants(),
            MobileNetV1.variants(),
            MobileNetV2.variants(),
            MobileNetV3.variants(),
            ResNet.variants(),
            ResNetVc.variants(),
            GoogLeNet.variants(),
            HRNet.variants(),
            PPHGNetV2.variants(),
            DenseNet.variants(),
            EfficientNet.variants(),
            ViT.variants(),
            Swin.variants(),
            CSWin.variants())
        .flatMap(v -> v)
        .toList();
  }

  @Override
  public Map<String, Function<Arguments, Neck>> necks() {
    return Necks.ALL;
  }

  @Override
  public Map<String, Function<Arguments, Head>> heads() {
    return MarginHeads.ALL;
  }
}
