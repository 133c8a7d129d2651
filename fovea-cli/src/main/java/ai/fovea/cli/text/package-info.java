/// What a person or a program reads: tables, JSON, HTML, progress bars.
@NullMarked
package ai.fovea.cli.text;

import org.jspecify.annotations.NullMarked;
