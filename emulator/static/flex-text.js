/**
 * Text components and their spans. Without `wrap` a text is one line that ends in an ellipsis.
 */
import { element, pressable } from "./dom.js";
import { color, plainLength, textSize } from "./flex-sizes.js";

const ALIGN = { start: "start", center: "center", end: "end" };
const DECORATION = { underline: "underline", "line-through": "line-through" };

export function renderText(text, act) {
  const inner = element("span", { class: "fx-text-inner" });
  if (Array.isArray(text.contents) && text.contents.length) inner.append(...text.contents.map(renderSpan));
  else inner.textContent = text.text ?? "";
  const node = element("div", { class: `fx-text${text.wrap ? " fx-wrap" : ""}` }, inner);
  dress(node, text);
  node.style.fontSize = textSize(text.size);
  node.style.textAlign = ALIGN[text.align] ?? "";
  const spacing = plainLength(text.lineSpacing);
  if (spacing) node.style.lineHeight = `calc(1.35em + ${spacing})`;
  if (text.wrap && text.maxLines > 0) {
    inner.classList.add("fx-clamped");
    inner.style.webkitLineClamp = String(text.maxLines);
  }
  if (text.adjustMode === "shrink-to-fit") requestAnimationFrame(() => shrink(node, inner));
  if (text.action) pressable(node, "", () => act(text.action));
  return node;
}

function renderSpan(span) {
  const node = element("span", { class: "fx-span", text: span.text ?? "" });
  dress(node, span);
  if (span.size) node.style.fontSize = textSize(span.size);
  return node;
}

function dress(node, source) {
  node.style.color = color(source.color);
  if (source.weight) node.style.fontWeight = source.weight === "bold" ? "700" : "400";
  if (source.style) node.style.fontStyle = source.style === "italic" ? "italic" : "normal";
  if (source.decoration) node.style.textDecorationLine = DECORATION[source.decoration] ?? "none";
}

function shrink(node, inner) {
  const needed = inner.scrollWidth;
  if (needed > inner.clientWidth && inner.clientWidth > 0) {
    const size = Number.parseFloat(getComputedStyle(node).fontSize);
    node.style.fontSize = `${Math.max(8, Math.floor((size * inner.clientWidth) / needed))}px`;
  }
}
