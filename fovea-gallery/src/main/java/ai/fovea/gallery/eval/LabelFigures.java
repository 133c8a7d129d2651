package ai.fovea.gallery.eval;

/// How one label fares.
///
/// @param label the label
/// @param known whether the gallery has it
/// @param images how many images the gallery has of it
/// @param queries how many queries have it
/// @param right how many of these were answered rightly: with the label, or with unknown where the
///     gallery lacks it or has the query alone of it
/// @param rejected how many of these were rejected though the gallery has the label
/// @param wrong how many of these got another label
/// @param attracted how many queries of other labels got this one
/// @param first how many of its queries have one of its images as the nearest
public record LabelFigures(
    String label,
    boolean known,
    int images,
    int queries,
    int right,
    int rejected,
    int wrong,
    int attracted,
    int first) {}
