/**
 * Builds elements: data becomes text, properties or checked links, never markup.
 * Styles are set one property at a time, which the content security policy allows.
 */
const SVG = "http://www.w3.org/2000/svg";
const OPENABLE = new Set(["http:", "https:", "blob:"]);

export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) setProperty(node, name, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function setProperty(node, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name === "text") node.textContent = String(value);
  else if (name === "style") Object.assign(node.style, value);
  else if (typeof value === "function") node.addEventListener(name.replace(/^on/, ""), value);
  else if (name === "value" || name === "checked" || name === "selected") node[name] = value;
  else node.setAttribute(name, value === true ? "" : String(value));
}

/** A drawing: `parts` are [tag, attributes] pairs inside one view box. */
export function drawing(viewBox, parts, attributes = {}) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", viewBox);
  for (const [name, value] of Object.entries({ "aria-hidden": "true", ...attributes })) svg.setAttribute(name, value);
  for (const [tag, given, text] of parts) {
    const shape = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(given)) shape.setAttribute(name, value);
    if (text) shape.textContent = text;
    svg.append(shape);
  }
  return svg;
}

/** Makes anything that is not a button behave like one; `label` is for what has no words. */
export function pressable(node, label, act) {
  node.setAttribute("role", "button");
  node.tabIndex = 0;
  if (label) node.setAttribute("aria-label", label);
  node.classList.add("pressable");
  node.addEventListener("click", (event) => {
    event.stopPropagation();
    act();
  });
  node.addEventListener("keydown", (event) => {
    if (event.target !== node || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    act();
  });
  return node;
}

const LOOPBACK = new Set(["localhost", "127.0.0.1"]);

/** The address as this page may load it, or null: the shop's own https links point at this very server. */
export function localAddress(address) {
  try {
    const url = new URL(address, location.href);
    if (url.protocol === "data:" && /^data:image\/(png|jpeg|gif|webp);/.test(address)) return address;
    if (url.protocol === "blob:") return address;
    const here = url.host === location.host || LOOPBACK.has(url.hostname);
    return here ? url.pathname + url.search : null;
  } catch {
    return null;
  }
}

/** True for addresses a click may open in a new tab. */
export function isOpenable(address) {
  try {
    return OPENABLE.has(new URL(address, location.href).protocol);
  } catch {
    return false;
  }
}

export function link(address, text) {
  if (!isOpenable(address)) return element("span", { text });
  const target = localAddress(address) ?? address;
  return element("a", { href: target, target: "_blank", rel: "noopener noreferrer", text });
}

let toastTimer = 0;

/** A short sentence at the foot of the page, also read out by screen readers. */
export function toast(sentence, kind = "plain") {
  const holder = document.getElementById("toasts");
  holder.replaceChildren(element("p", { class: `toast toast-${kind}`, text: sentence }));
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => holder.replaceChildren(), 5000);
}
