/**
 * Pictures, icons and videos in bubbles. A picture this page may not or cannot load
 * becomes a quiet grey area with its host's name: the page never leaves this machine.
 */
import { element, isOpenable, localAddress, pressable } from "./dom.js";
import { icon as drawn } from "./icons.js";
import { color, imageSize, ratio, textSize } from "./flex-sizes.js";

const ALIGN = { start: "flex-start", center: "center", end: "flex-end" };

/** An image element, or the grey area in its place. */
export function picture(address, alternative, className) {
  const local = localAddress(address ?? "");
  if (!local) return missing(address, className);
  const node = element("img", { class: className, src: local, alt: alternative ?? "", decoding: "async", draggable: "false" });
  node.addEventListener("error", () => node.replaceWith(missing(address, className)), { once: true });
  return node;
}

function missing(address, className) {
  let host = "圖片";
  if (isOpenable(address ?? "")) host = new URL(address, location.href).hostname;
  return element("span", { class: `${className} picture-missing`, title: address ?? "", role: "img", "aria-label": `圖片：${host}` },
    drawn("picture"), element("span", { class: "picture-host", text: host }));
}

export function renderImage(image, act) {
  const shown = picture(image.url, image.action?.label, "fx-image-content");
  shown.style.objectFit = image.aspectMode === "cover" ? "cover" : "contain";
  const frame = element("div", { class: "fx-image-frame", style: { width: imageSize(image.size), aspectRatio: ratio(image.aspectRatio) } }, shown);
  frame.style.backgroundColor = color(image.backgroundColor);
  const node = element("div", { class: "fx-image", style: { alignItems: ALIGN[image.align] ?? "center" } }, frame);
  if (image.action) pressable(node, image.action.label || "圖片", () => act(image.action));
  return node;
}

export function renderIcon(icon) {
  const node = picture(icon.url, "", "fx-icon");
  node.style.height = textSize(icon.size);
  node.style.aspectRatio = ratio(icon.aspectRatio);
  return node;
}

export function renderVideo(video, act) {
  const frame = element("div", { class: "fx-image-frame fx-video", style: { width: "100%", aspectRatio: ratio(video.aspectRatio) } },
    picture(video.previewUrl, "", "fx-image-content"), element("span", { class: "play" }, drawn("play")));
  const opened = { type: "uri", label: "播放影片", uri: video.url };
  return pressable(element("div", { class: "fx-image" }, frame), "播放影片", () => act(opened));
}
