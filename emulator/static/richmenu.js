/**
 * The rich menu under the keyboard: a picture with areas to press, or a labelled grid
 * when the picture is missing. The bar beneath the input folds it.
 */
import { element } from "./dom.js";
import { icon } from "./icons.js";
import { placeArea } from "./template.js";

export class RichMenu {
  constructor(phone) {
    this.phone = phone;
    this.signature = "";
    this.words = element("span", { class: "rich-menu-words" });
    this.bar = element("button", { type: "button", class: "rich-menu-bar", "aria-expanded": "false", onclick: () => this.toggle() }, icon("menu"), this.words, icon("up"));
    this.areas = element("div", { class: "rich-menu-areas", role: "group", hidden: true });
    this.node = element("div", { class: "rich-menu", hidden: true }, this.bar, this.areas);
  }

  show(menu) {
    const signature = JSON.stringify(menu ?? null);
    if (signature === this.signature) return;
    const isNew = this.signature === "" || this.node.hidden;
    this.signature = signature;
    this.node.hidden = !menu;
    if (!menu) return;
    this.words.textContent = menu.chatBarText ?? "選單";
    this.areas.setAttribute("aria-label", menu.chatBarText ?? "選單");
    this.draw(menu);
    if (isNew) this.toggle(Boolean(menu.selected) && window.innerHeight >= 800);
  }

  draw(menu) {
    const size = menu.size ?? { width: 2500, height: 1686 };
    this.areas.style.aspectRatio = `${size.width} / ${size.height}`;
    this.areas.classList.toggle("rich-menu-drawn", !menu.image);
    const areas = (menu.areas ?? []).map(({ bounds, action }) => this.area(bounds, action, size));
    if (!menu.image) {
      this.areas.replaceChildren(...areas);
      return;
    }
    const image = element("img", { class: "rich-menu-image", src: menu.image, alt: "", draggable: "false" });
    image.addEventListener("error", () => {
      image.remove();
      this.areas.classList.add("rich-menu-drawn");
    });
    this.areas.replaceChildren(image, ...areas);
  }

  area(bounds, action, size) {
    const label = action?.label ?? action?.text ?? action?.displayText ?? action?.data ?? action?.uri ?? "";
    const node = element("button", { type: "button", class: "rich-menu-area", "aria-label": label, onclick: () => this.phone.act(action) },
      element("span", { class: "rich-menu-label", text: label }));
    placeArea(node, bounds, size);
    return node;
  }

  toggle(open = this.areas.hidden) {
    this.areas.hidden = !open;
    this.bar.setAttribute("aria-expanded", String(open));
    this.node.classList.toggle("rich-menu-open", open);
  }
}
