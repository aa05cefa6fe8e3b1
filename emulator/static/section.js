/**
 * A titled part of the control panel.
 */
import { element } from "./dom.js";

export function section(title, ...content) {
  const heading = element("h3", { text: title });
  return element("section", { class: "panel-section", "aria-label": title }, heading, content);
}
