/**
 * The chips above the input. They belong to the newest message and leave with the next one
 * or with a tap.
 */
import { element } from "./dom.js";
import { picture } from "./flex-image.js";

export class QuickReply {
  constructor(phone) {
    this.phone = phone;
    this.node = element("div", { class: "quick-reply", role: "group", "aria-label": "快速回覆", hidden: true });
    this.shown = null;
    this.dismissed = null;
    this.node.addEventListener("wheel", (event) => {
      if (event.deltaY && !event.deltaX) this.node.scrollLeft += event.deltaY;
    }, { passive: true });
  }

  show(items) {
    const last = items.filter((item) => item.sender !== "system").at(-1);
    const choices = last?.sender === "bot" ? (last.message?.quickReply?.items ?? []) : [];
    const key = choices.length && last.seq !== this.dismissed ? last.seq : null;
    if (key === this.shown) return;
    this.shown = key;
    this.node.hidden = key === null;
    this.node.replaceChildren(...(key === null ? [] : choices.map((choice) => this.chip(choice))));
    this.node.scrollLeft = 0;
  }

  chip({ action, imageUrl }) {
    const shown = this.shown;
    return element("button", { type: "button", class: "chip", onclick: async () => {
      if (await this.phone.act(action)) this.dismiss(shown);
    } }, imageUrl ? picture(imageUrl, "", "chip-icon") : null, element("span", { text: action?.label ?? "" }));
  }

  dismiss(seq) {
    this.dismissed = seq;
    if (this.shown === seq) {
      this.shown = null;
      this.node.hidden = true;
      this.node.replaceChildren();
    }
  }
}
