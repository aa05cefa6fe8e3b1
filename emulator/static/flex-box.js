/**
 * The components inside a bubble, laid out by CSS flexbox as LINE lays them out.
 * Children of horizontal and baseline boxes share the width (flex 1) unless they
 * say otherwise; children of vertical boxes take their own height (flex 0).
 */
import { element, pressable } from "./dom.js";
import * as sizes from "./flex-sizes.js";
import { renderIcon, renderImage, renderVideo } from "./flex-image.js";
import { renderText } from "./flex-text.js";

const GRAVITY = { top: "flex-start", center: "center", bottom: "flex-end" };
const JUSTIFY = new Set(["center", "flex-start", "flex-end", "space-between", "space-around", "space-evenly"]);
const RENDERERS = {
  box: renderBox,
  button: renderButton,
  image: renderImage,
  video: renderVideo,
  icon: renderIcon,
  text: renderText,
  separator: renderSeparator,
  filler: () => element("div", { class: "fx-filler" }),
};

export function renderComponent(component, act) {
  const render = RENDERERS[component.type];
  if (!render) return element("div", { class: "fx-unknown", text: `（${component.type}）` });
  return render(component, act);
}

export function renderBox(box, act) {
  const layout = ["horizontal", "vertical", "baseline"].includes(box.layout) ? box.layout : "vertical";
  const node = element("div", { class: `fx-box fx-${layout}` });
  decorate(node, box);
  arrange(node, box);
  let first = true;
  for (const child of box.contents ?? []) {
    const rendered = renderComponent(child, act);
    place(rendered, child, { layout, box, first });
    if (child.position !== "absolute") first = false;
    node.append(rendered);
  }
  if (box.action) pressable(node, "", () => act(box.action));
  return node;
}

function decorate(node, box) {
  const style = node.style;
  style.backgroundColor = sizes.color(box.backgroundColor);
  style.backgroundImage = sizes.gradient(box.background);
  const width = sizes.border(box.borderWidth);
  if (box.borderColor || width) style.border = `${width || "1px"} solid ${sizes.color(box.borderColor) || "transparent"}`;
  if (box.cornerRadius) {
    style.borderRadius = sizes.radius(box.cornerRadius);
    node.classList.add("fx-clipped");
  }
  for (const [name, css] of [["width", "width"], ["maxWidth", "maxWidth"], ["height", "height"], ["maxHeight", "maxHeight"]]) {
    if (box[name]) style[css] = sizes.plainLength(box[name]);
  }
  if (box.height || box.maxHeight) node.classList.add("fx-clipped");
}

function arrange(node, box) {
  const style = node.style;
  if (JUSTIFY.has(box.justifyContent)) style.justifyContent = box.justifyContent;
  if (["center", "flex-start", "flex-end"].includes(box.alignItems)) style.alignItems = box.alignItems;
  if (box.paddingAll) style.padding = sizes.space(box.paddingAll);
  if (box.paddingTop) style.paddingTop = sizes.space(box.paddingTop);
  if (box.paddingBottom) style.paddingBottom = sizes.space(box.paddingBottom);
  if (box.paddingStart) style.paddingInlineStart = sizes.space(box.paddingStart);
  if (box.paddingEnd) style.paddingInlineEnd = sizes.space(box.paddingEnd);
}

/** How a child sits in its parent: its share, the space before it, its offsets. */
function place(node, child, { layout, box, first }) {
  const across = layout !== "vertical";
  node.style.flex = across ? shareOfWidth(child) : shareOfHeight(child);
  const before = sizes.space(child.margin) || (first ? "" : sizes.space(box.spacing));
  if (before && child.position !== "absolute") node.style[across ? "marginInlineStart" : "marginTop"] = before;
  if (layout === "horizontal" && child.gravity && child.type !== "box") node.style.alignSelf = GRAVITY[child.gravity] ?? "";
  if (layout === "vertical" && child.type === "text" && child.gravity && child.flex) {
    node.classList.add(`fx-gravity-${child.gravity}`);
  }
  offsets(node, child);
}

function shareOfWidth(child) {
  if (child.type === "separator" || child.type === "icon") return "none";
  if (child.type === "box" && child.width && child.flex === undefined) return "none";
  const share = child.flex ?? 1;
  return share > 0 ? `${share} 1 0` : "none";
}

function shareOfHeight(child) {
  if (child.type === "filler") return `${child.flex ?? 1} 1 auto`;
  return child.flex > 0 && child.type !== "separator" ? `${child.flex} 1 auto` : "none";
}

function offsets(node, child) {
  const style = node.style;
  if (child.position === "absolute") node.classList.add("fx-absolute");
  if (child.offsetTop) style.top = sizes.offset(child.offsetTop);
  if (child.offsetBottom) style.bottom = sizes.offset(child.offsetBottom);
  if (child.offsetStart) style.insetInlineStart = sizes.offset(child.offsetStart);
  if (child.offsetEnd) style.insetInlineEnd = sizes.offset(child.offsetEnd);
}

function renderSeparator(separator) {
  return element("div", { class: "fx-separator", role: "presentation", style: { backgroundColor: sizes.color(separator.color) } });
}

function renderButton(button, act) {
  const kind = ["primary", "secondary"].includes(button.style) ? button.style : "link";
  const node = element("button", {
    type: "button",
    class: `fx-button fx-${kind}${button.height === "sm" ? " fx-button-sm" : ""}`,
    onclick: (event) => {
      event.stopPropagation();
      act(button.action);
    },
  }, element("span", { class: "fx-button-label", text: button.action?.label ?? "" }));
  node.style[kind === "link" ? "color" : "backgroundColor"] = sizes.color(button.color);
  return node;
}
