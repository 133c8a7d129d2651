/// Galleries from and for other programs.
///
/// [ai.fovea.exchange.PaddleGallery] reads and writes what PaddleClas and PaddleX keep (`vector.index` and `id_map.*`),
/// [ai.fovea.exchange.GalleryJsonl] one image a line, [ai.fovea.exchange.ListFile] and
/// [ai.fovea.exchange.LabelFolders] images that still have to be turned into vectors.
@NullMarked
package ai.fovea.exchange;

import org.jspecify.annotations.NullMarked;
