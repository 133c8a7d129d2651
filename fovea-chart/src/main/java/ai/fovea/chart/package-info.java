/// Charts as SVG and PNG, drawn without a display.
///
/// [ai.fovea.chart.Chart] is the way in.
@NullMarked
package ai.fovea.chart;

import org.jspecify.annotations.NullMarked;
