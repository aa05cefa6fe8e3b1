/**
 * Round portraits: the shop's own, or a name's last character on a colour of its own.
 */
import { element } from "./dom.js";
import { picture } from "./flex-image.js";

const COLORS = ["#d9667b", "#c9803a", "#8a9a2f", "#3f9a63", "#3a93a8", "#5b7fc7", "#8a6cc0", "#b0628f"];

export function avatar(name, { shop = false, image = "" } = {}) {
  if (image) return picture(image, "", "avatar");
  const letters = [...(name || "?")];
  const node = element("span", { class: `avatar${shop ? " avatar-shop" : ""}`, "aria-hidden": "true", text: shop ? letters[0] : letters.at(-1) });
  if (!shop) node.style.backgroundColor = COLORS[letters.reduce((sum, letter) => sum + letter.codePointAt(0), 0) % COLORS.length];
  return node;
}
