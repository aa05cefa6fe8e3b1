/**
 * One message of a chat as an element: text, stickers, pictures, files, places, cards.
 * `bare` messages bring their own frame; the others stand in a speech bubble.
 */
import { element, link, localAddress, pressable } from "./dom.js";
import { renderFlex } from "./flex.js";
import { picture } from "./flex-image.js";
import { icon } from "./icons.js";
import { drawSticker } from "./stickers.js";
import { renderImagemap, renderTemplate } from "./template.js";

const LINKS = /https?:\/\/[^\s<>「」『』，。！？）]+/g;

const RENDERERS = {
  text: (message, item, context) => bubble(renderWords(message, context)),
  textV2: (message, item, context) => bubble(renderWords(message, context)),
  sticker: (message) => bare(drawSticker(message)),
  image: (message, item) => bare(renderPhoto(message, item)),
  video: (message) => bare(renderClip(message)),
  audio: (message) => bubble(renderAudio(message)),
  file: (message, item) => bubble(renderFile(message, item)),
  location: (message) => bare(renderPlace(message)),
  template: (message, item, { act }) => bare(renderTemplate(message, act)),
  imagemap: (message, item, { act }) => bare(renderImagemap(message, act)),
  flex: (message, item, { act }) => bare(renderFlex(message, act)),
  coupon: (message) => bare(renderCoupon(message)),
};

/**
 * Returns {node, wide}: `wide` messages may use the whole width beside the avatar.
 * `context` offers `act(action)` for what is pressed and `nameOf(id)` for who is mentioned.
 */
export function renderMessage(item, context) {
  const message = item.message ?? {};
  const render = RENDERERS[message.type] ?? (() => bubble(element("span", { text: `（${message.type ?? "未知"}訊息）` })));
  return { node: render(message, item, context), wide: ["flex", "template", "imagemap"].includes(message.type) };
}

/** The message in a few words: for quotes, previews and copying. */
export function summary(message = {}) {
  const fixed = { sticker: "［貼圖］", image: "［照片］", video: "［影片］", audio: "［語音訊息］", location: "［位置］", coupon: "［優惠券］" };
  if (message.type === "file") return `［檔案］${message.fileName ?? ""}`;
  return message.text ?? message.altText ?? fixed[message.type] ?? "";
}

const bubble = (content) => element("div", { class: "bubble" }, content);
const bare = (content) => element("div", { class: "bare" }, content);

function renderWords(message, { nameOf }) {
  const node = element("span", { class: "words" });
  if (message.substitution) node.append(...substituted(message, nameOf));
  else if (message.mention?.mentionees?.length) node.append(...mentioned(message));
  else node.append(...linked(plainEmoji(message)));
  return node;
}

/** LINE's own emoji stand as `$` in the text; their pictures are not ours to show. */
function plainEmoji(message) {
  const text = message.text ?? "";
  const places = new Set((message.emojis ?? []).map((emoji) => emoji.index));
  return places.size ? text.split("").map((unit, index) => (places.has(index) ? "🙂" : unit)).join("") : text;
}

function linked(text) {
  const pieces = [];
  let end = 0;
  for (const found of text.matchAll(LINKS)) {
    pieces.push(text.slice(end, found.index), link(found[0], found[0]));
    end = found.index + found[0].length;
  }
  pieces.push(text.slice(end));
  return pieces.filter((piece) => piece !== "");
}

function substituted(message, nameOf) {
  return message.text.split(/(\{\{|\}\}|\{[0-9A-Za-z_]+\})/).filter(Boolean).flatMap((piece) => {
    if (piece === "{{" || piece === "}}") return piece[0];
    const known = piece.startsWith("{") ? message.substitution[piece.slice(1, -1)] : null;
    if (!known) return linked(piece);
    if (known.type === "emoji") return "🙂";
    return element("strong", { class: "mention", text: `@${known.mentionee?.type === "all" ? "All" : nameOf(known.mentionee?.userId)}` });
  });
}

function mentioned(message) {
  const nodes = [];
  let end = 0;
  for (const { index, length } of [...message.mention.mentionees].sort((one, other) => one.index - other.index)) {
    nodes.push(...linked(message.text.slice(end, index)), element("strong", { class: "mention", text: message.text.slice(index, index + length) }));
    end = index + length;
  }
  return [...nodes, ...linked(message.text.slice(end))];
}

/** Where the bytes of a message lie: named by the message, else the emulator's own copy. */
function contentAddress(message, item) {
  return message.originalContentUrl ?? message.contentProvider?.originalContentUrl ?? `/_emulator/content/${encodeURIComponent(item.id)}`;
}

function renderPhoto(message, item) {
  const address = contentAddress(message, item);
  const shown = picture(message.previewImageUrl ?? address, "照片", "photo");
  const local = localAddress(address);
  return local ? pressable(element("div", {}, shown), "放大照片", () => window.open(local, "_blank", "noopener")) : shown;
}

function renderClip(message) {
  return element("div", { class: "clip" }, picture(message.previewImageUrl ?? "", "影片", "photo"), element("span", { class: "play" }, icon("play")));
}

function renderAudio(message) {
  const seconds = Math.round((message.duration ?? 0) / 1000);
  return element("span", { class: "attachment" }, icon("sound"), element("span", { text: `語音訊息 ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` }));
}

function renderFile(message, item) {
  const size = Number(message.fileSize ?? 0);
  const words = size < 1024 ? `${size} B` : size < 1_048_576 ? `${(size / 1024).toFixed(1)} KB` : `${(size / 1_048_576).toFixed(1)} MB`;
  return element("span", { class: "attachment" }, icon("file"),
    element("span", { class: "attachment-words" },
      link(contentAddress(message, item), message.fileName ?? "檔案"),
      element("small", { text: `大小：${words}` })));
}

function renderPlace(message) {
  return element("div", { class: "place" },
    element("div", { class: "place-map" }, icon("pin")),
    element("div", { class: "place-words" },
      element("strong", { text: message.title ?? "位置資訊" }),
      element("span", { text: message.address ?? `${message.latitude}, ${message.longitude}` })));
}

function renderCoupon(message) {
  return element("div", { class: "tp-card coupon" },
    element("div", { class: "tp-words" },
      element("p", { class: "tp-title", text: "優惠券" }),
      element("p", { class: "tp-text", text: `券號 ${message.couponId ?? ""}` })));
}

