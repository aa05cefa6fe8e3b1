/**
 * Flex messages: bubbles and carousels of bubbles, with their four blocks.
 * `act` is called with the action object of whatever was pressed.
 */
import { element, pressable } from "./dom.js";
import { renderBox, renderComponent } from "./flex-box.js";
import { BUBBLE, color } from "./flex-sizes.js";
import { scroller } from "./scroller.js";

const BLOCKS = ["header", "hero", "body", "footer"];
const DENSITY = { nano: "tight", micro: "tight", deca: "snug", hecto: "snug", kilo: "snug" };

export function renderFlex(message, act) {
  const contents = message.contents ?? {};
  if (contents.type === "carousel") {
    return scroller((contents.contents ?? []).map((bubble) => renderBubble(bubble, act)), message.altText);
  }
  const node = renderBubble(contents, act);
  node.setAttribute("role", "group");
  node.setAttribute("aria-label", message.altText ?? "");
  return node;
}

function renderBubble(bubble, act) {
  const size = bubble.size in BUBBLE ? bubble.size : "mega";
  const node = element("div", {
    class: `fx-bubble fx-${size} fx-${DENSITY[size] ?? "roomy"}`,
    dir: bubble.direction === "rtl" ? "rtl" : "ltr",
    style: { width: `${BUBBLE[size]}px` },
  });
  const present = BLOCKS.filter((name) => bubble[name]);
  node.append(...present.map((name) => renderBlock(name, bubble, act)));
  if (bubble.action) pressable(node, "", () => act(bubble.action));
  return node;
}

function renderBlock(name, bubble, act) {
  const component = bubble[name];
  const style = bubble.styles?.[name] ?? {};
  const inner = component.type === "box" ? renderBox(component, act) : renderComponent(component, act);
  const block = element("div", { class: `fx-block fx-${name}${component.type === "box" ? " fx-boxed" : ""}` }, inner);
  block.style.backgroundColor = color(style.backgroundColor);
  if (style.separator) {
    block.style.borderTop = `1px solid ${color(style.separatorColor) || "#d4d6da"}`;
  }
  return block;
}
