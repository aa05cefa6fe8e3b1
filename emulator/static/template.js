/**
 * Template messages (buttons, confirm, carousel, image carousel) and imagemaps.
 */
import { element, pressable } from "./dom.js";
import { picture } from "./flex-image.js";
import { scroller } from "./scroller.js";

export function renderTemplate(message, act) {
  const template = message.template ?? {};
  const label = message.altText ?? "";
  if (template.type === "carousel") return scroller((template.columns ?? []).map((column) => card(column, template, act)), label);
  if (template.type === "image_carousel") return scroller((template.columns ?? []).map((column) => imageCard(column, act)), label);
  const node = template.type === "confirm" ? confirmCard(template, act) : card(template, template, act);
  node.setAttribute("role", "group");
  node.setAttribute("aria-label", label);
  return node;
}

function choice(action, act) {
  return element("button", { type: "button", class: "tp-action", text: action.label ?? "", onclick: () => act(action) });
}

function card(column, template, act) {
  const node = element("div", { class: "tp-card" });
  if (column.thumbnailImageUrl) {
    const image = picture(column.thumbnailImageUrl, "", "tp-image");
    image.classList.toggle("tp-square", template.imageAspectRatio === "square");
    image.style.objectFit = template.imageSize === "contain" ? "contain" : "cover";
    if (/^#[0-9a-f]{6}$/i.test(column.imageBackgroundColor ?? "")) image.style.backgroundColor = column.imageBackgroundColor;
    node.append(image);
  }
  const words = element("div", { class: "tp-words" });
  if (column.title) words.append(element("p", { class: "tp-title", text: column.title }));
  words.append(element("p", { class: "tp-text", text: column.text ?? "" }));
  if (column.defaultAction) pressable(words, "", () => act(column.defaultAction));
  node.append(words, element("div", { class: "tp-actions" }, (column.actions ?? []).map((action) => choice(action, act))));
  return node;
}

function confirmCard(template, act) {
  return element("div", { class: "tp-card tp-confirm" },
    element("div", { class: "tp-words" }, element("p", { class: "tp-text", text: template.text ?? "" })),
    element("div", { class: "tp-actions" }, (template.actions ?? []).map((action) => choice(action, act))));
}

function imageCard(column, act) {
  const label = column.action?.label;
  const node = element("div", { class: "tp-image-card" }, picture(column.imageUrl, label ?? "", "tp-image tp-square"));
  if (label) node.append(element("span", { class: "tp-image-label", text: label }));
  return column.action ? pressable(node, label ?? "圖片", () => act(column.action)) : node;
}

export function renderImagemap(message, act) {
  const { width = 1040, height = 1040 } = message.baseSize ?? {};
  const node = element("div", { class: "imagemap", style: { aspectRatio: `${width} / ${height}` } },
    picture(`${message.baseUrl}/700`, message.altText ?? "", "imagemap-image"));
  for (const action of message.actions ?? []) {
    const tapped = action.type === "uri" ? { ...action, uri: action.linkUri } : action;
    const area = element("button", { type: "button", class: "imagemap-area", "aria-label": action.label ?? action.text ?? action.linkUri ?? "", onclick: () => act(tapped) });
    placeArea(area, action.area, { width, height });
    node.append(area);
  }
  return node;
}

/** Sets `node` over the part of its parent that `bounds` covers of `size`. */
export function placeArea(node, bounds, size) {
  const share = (part, whole) => `${((part ?? 0) / whole) * 100}%`;
  Object.assign(node.style, {
    left: share(bounds?.x, size.width),
    top: share(bounds?.y, size.height),
    width: share(bounds?.width, size.width),
    height: share(bounds?.height, size.height),
  });
}
