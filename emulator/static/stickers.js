/**
 * Stand-ins for LINE's stickers, drawn here: one round character in eight moods.
 * A sticker that is not in the tray gets the mood its number falls on.
 */
import { drawing } from "./dom.js";

const INK = "#3a2a1c";
const stroke = (d, extra = {}) => ["path", { d, fill: "none", stroke: INK, "stroke-width": 4, "stroke-linecap": "round", ...extra }];
const dot = (cx, cy, r = 5) => ["circle", { cx, cy, r, fill: INK }];
const heart = (x, y, size) => ["path", {
  d: `M${x} ${y + size * 0.3}c${-size * 0.5} ${-size * 0.7} ${-size * 1.1} ${size * 0.1} 0 ${size * 0.9}c${size * 1.1} ${-size * 0.8} ${size * 0.5} ${-size * 1.6} 0 ${-size * 0.9}z`, fill: "#ef4b5f",
}];

const MOODS = [
  { label: "你好", fur: "#ffd98a", face: [dot(45, 58), dot(75, 58), stroke("M50 72q10 10 20 0"), stroke("M102 40q10-8 12-18M108 48q10-4 14-12")] },
  { label: "太棒了", fur: "#ffc48a", face: [stroke("M38 60q7-9 14 0"), stroke("M68 60q7-9 14 0"), stroke("M47 72q13 18 26 0z", { fill: "#e2574c" })] },
  { label: "愛心", fur: "#ffb9c2", face: [heart(45, 52, 14), heart(75, 52, 14), stroke("M50 76q10 8 20 0"), heart(106, 20, 18)] },
  { label: "謝謝", fur: "#c8e6a0", face: [stroke("M38 57q7 8 14 0"), stroke("M68 57q7 8 14 0"), stroke("M52 74q8 6 16 0"), ["ellipse", { cx: 36, cy: 70, rx: 7, ry: 4, fill: "#f5a08c" }], ["ellipse", { cx: 84, cy: 70, rx: 7, ry: 4, fill: "#f5a08c" }]] },
  { label: "加油", fur: "#9fd8ef", face: [dot(45, 58), dot(75, 58), stroke("M36 48l12 4M84 48l-12 4"), stroke("M50 74q10 6 20 0"), stroke("M8 84l16-16M112 84L96 68", { "stroke-width": 7 })] },
  { label: "嗚嗚", fur: "#b9cff5", face: [dot(45, 58), dot(75, 58), stroke("M50 78q10-9 20 0"), ["path", { d: "M41 66q-6 12 0 16q6-4 2-16z", fill: "#4a9fe8" }], ["path", { d: "M79 66q6 12 0 16q-6-4-2-16z", fill: "#4a9fe8" }]] },
  { label: "什麼？", fur: "#e3c9f2", face: [dot(45, 57, 7), dot(75, 57, 7), ["circle", { cx: 60, cy: 78, r: 7, fill: "none", stroke: INK, "stroke-width": 4 }], ["text", { x: 98, y: 36, "font-size": 34, "font-weight": 700, fill: "#7d54a8" }, "?"]] },
  { label: "晚安", fur: "#cfd5dd", face: [stroke("M38 60h14"), stroke("M68 60h14"), stroke("M54 76q6 4 12 0"), ["text", { x: 92, y: 34, "font-size": 22, "font-weight": 700, fill: "#57677a" }, "Zz"]] },
];

/** The tray: identifiers of LINE's own sendable set, so that the shop sees real ones. */
export const STICKERS = MOODS.map(({ label }, index) => ({ packageId: "11537", stickerId: String(52002734 + index), label }));

export function drawSticker({ packageId, stickerId } = {}) {
  const mood = MOODS[moodOf(packageId, stickerId)];
  const shapes = [
    ["circle", { cx: 30, cy: 26, r: 15, fill: mood.fur }],
    ["circle", { cx: 90, cy: 26, r: 15, fill: mood.fur }],
    ["circle", { cx: 60, cy: 60, r: 46, fill: mood.fur }],
    ...mood.face,
    ["text", { x: 60, y: 122, "text-anchor": "middle", "font-size": 19, "font-weight": 700, fill: "#fff", stroke: INK, "stroke-width": 4, "paint-order": "stroke", "stroke-linejoin": "round" }, mood.label],
  ];
  return drawing("0 0 124 130", shapes, { class: "sticker", role: "img", "aria-hidden": "false", "aria-label": `貼圖：${mood.label}` });
}

function moodOf(packageId, stickerId) {
  const known = STICKERS.findIndex((sticker) => sticker.packageId === String(packageId) && sticker.stickerId === String(stickerId));
  if (known >= 0) return known;
  return [...String(stickerId ?? "")].reduce((sum, digit) => sum + digit.charCodeAt(0), 0) % MOODS.length;
}
