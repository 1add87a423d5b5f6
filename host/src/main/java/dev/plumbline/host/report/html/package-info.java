/** Pages that carry their style and fetch nothing: elements, panels, charts, the gallery. */
package dev.plumbline.host.report.html;
