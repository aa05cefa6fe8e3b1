/**
 * What the keywords of Flex messages measure, and how they become CSS.
 * Anything that is neither a keyword nor a pixel or percentage value is ignored.
 */
const SPACE = { none: 0, xs: 2, sm: 4, md: 8, lg: 12, xl: 16, xxl: 20 };
const RADIUS = SPACE;
const BORDER = { none: 0, light: 0.5, normal: 1, medium: 2, "semi-bold": 3, bold: 4 };
const TEXT = { xxs: 11, xs: 13, sm: 14, md: 16, lg: 19, xl: 22, xxl: 29, "3xl": 35, "4xl": 48, "5xl": 74 };
const IMAGE = { xxs: 40, xs: 60, sm: 80, md: 100, lg: 120, xl: 140, xxl: 160, "3xl": 180, "4xl": 200, "5xl": 220 };

/** Widths of bubbles on a phone; a bubble never grows wider than its chat. */
export const BUBBLE = { nano: 120, micro: 160, deca: 220, hecto: 241, kilo: 260, mega: 300, giga: 386 };

function measure(value, keywords) {
  if (value === undefined || value === null) return "";
  if (value in keywords) return `${keywords[value]}px`;
  return /^\d+(\.\d+)?(px|%)$/.test(value) ? value : "";
}

export const space = (value) => measure(value, SPACE);
export const radius = (value) => measure(value, RADIUS);
export const border = (value) => measure(value, BORDER);
export const textSize = (value) => measure(value ?? "md", TEXT);
export const imageSize = (value) => (value === "full" ? "100%" : measure(value ?? "md", IMAGE));
export const plainLength = (value) => measure(value, {});

/** Offsets may be negative. */
export function offset(value) {
  if (typeof value === "string" && /^-\d/.test(value)) return `-${space(value.slice(1))}`;
  return space(value);
}

export function color(value) {
  return typeof value === "string" && /^#([0-9a-f]{6}|[0-9a-f]{8})$/i.test(value) ? value : "";
}

export function ratio(value) {
  const found = /^(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)$/.exec(value ?? "1:1");
  return found ? `${found[1]} / ${found[2]}` : "1 / 1";
}

/** A linear gradient as CSS, or nothing when a part of it is missing. */
export function gradient(background) {
  if (background?.type !== "linearGradient" || !/^-?\d+(\.\d+)?deg$/.test(background.angle ?? "")) return "";
  const stops = [color(background.startColor), color(background.endColor)];
  if (!stops.every(Boolean)) return "";
  const center = color(background.centerColor);
  if (center) stops.splice(1, 0, `${center} ${plainLength(background.centerPosition) || "50%"}`);
  return `linear-gradient(${background.angle}, ${stops.join(", ")})`;
}
