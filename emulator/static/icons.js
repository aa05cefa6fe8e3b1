/**
 * Line icons drawn for this page, by name.
 */
import { drawing } from "./dom.js";

const PATHS = {
  back: "M15 5l-7 7 7 7",
  menu: "M4 6h16M4 12h16M4 18h16",
  plus: "M12 4v16M4 12h16",
  smile: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.500 14.500c1.800 2.400 5.200 2.400 7 0M9 9.500v.5M15 9.500v.5",
  send: "M4 12l16-8-5 16-3-6.500z",
  keyboard: "M3 6h18v12H3zM6.500 9.500h.1M10 9.500h.1M14 9.500h.1M17.500 9.500h.1M7 14.500h10",
  picture: "M3 5h18v14H3zM3 16l5-5 4 4 3-3 6 5M15.500 9.500h.1",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  pin: "M12 21s7-6.200 7-11a7 7 0 0 0-14 0c0 4.800 7 11 7 11zM12 12.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z",
  close: "M5 5l14 14M19 5L5 19",
  down: "M5 9l7 7 7-7",
  up: "M5 15l7-7 7 7",
  more: "M6 12h.1M12 12h.1M18 12h.1",
  play: "M8 5l11 7-11 7z",
  camera: "M4 8h4l2-3h4l2 3h4v11H4zM12 17a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7z",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3.500 2",
  sound: "M4 10v4h4l5 4V6l-5 4zM16 9c1.500 1.800 1.500 4.200 0 6M18.500 7c2.600 3 2.600 7 0 10",
};

export function icon(name) {
  return drawing("0 0 24 24", [["path", { d: PATHS[name] }]], { class: `icon icon-${name}` });
}
