/**
 * A small menu that opens beside a button and closes on choice, Escape or a press elsewhere.
 */
import { element } from "./dom.js";

let open = null;

/** `items` are [label, act] pairs; `holder` is the positioned element the menu stays within. */
export function openMenu(anchor, holder, items) {
  closeMenu();
  const node = element("div", { class: "menu", role: "menu" }, items.map(([label, act]) =>
    element("button", { type: "button", role: "menuitem", text: label, onclick: () => {
      closeMenu();
      act();
    } })));
  holder.append(node);
  position(node, anchor, holder);
  open = { node, anchor };
  node.firstElementChild.focus();
  node.addEventListener("keydown", moveFocus);
  setTimeout(() => document.addEventListener("click", closeMenu, { once: true }));
}

export function closeMenu() {
  if (!open) return;
  const { node, anchor } = open;
  open = null;
  const inside = node.contains(document.activeElement);
  node.remove();
  if (inside) anchor.focus();
}

function position(node, anchor, holder) {
  const frame = holder.getBoundingClientRect();
  const at = anchor.getBoundingClientRect();
  const left = Math.min(at.left - frame.left, frame.width - node.offsetWidth - 8);
  const beneath = at.bottom - frame.top + 4;
  const top = beneath + node.offsetHeight > frame.height ? at.top - frame.top - node.offsetHeight - 4 : beneath;
  Object.assign(node.style, { left: `${Math.max(8, left)}px`, top: `${Math.max(8, top)}px` });
}

function moveFocus(event) {
  if (event.key === "Escape") closeMenu();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const items = [...event.currentTarget.children];
  items.at((items.indexOf(document.activeElement) + step) % items.length).focus();
}
