/**
 * A row that scrolls sideways, with arrows for those who have no touch screen.
 */
import { element } from "./dom.js";
import { icon } from "./icons.js";

export function scroller(items, label) {
  const row = element("div", { class: "scroller-row", tabindex: "0", role: "group", "aria-label": label ?? "" }, items);
  const previous = arrow("back", "上一張", () => move(row, -1));
  const next = arrow("back", "下一張", () => move(row, 1));
  next.classList.add("scroller-next");
  const node = element("div", { class: "scroller" }, row, previous, next);
  const refresh = () => {
    previous.hidden = row.scrollLeft < 4;
    next.hidden = row.scrollLeft + row.clientWidth > row.scrollWidth - 4;
  };
  row.addEventListener("scroll", refresh, { passive: true });
  new ResizeObserver(refresh).observe(row);
  return node;
}

function arrow(name, label, act) {
  return element("button", { type: "button", class: "scroller-arrow", "aria-label": label, hidden: true, onclick: act }, icon(name));
}

function move(row, direction) {
  const step = row.firstElementChild ? row.firstElementChild.getBoundingClientRect().width + 8 : row.clientWidth;
  row.scrollBy({ left: direction * step, behavior: "smooth" });
}
