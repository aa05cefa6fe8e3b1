/**
 * The input at the foot of a chat: text, stickers, pictures, files, a place.
 * Enter sends, except while an input method is still composing a word.
 */
import * as api from "./api.js";
import { element, toast } from "./dom.js";
import { icon } from "./icons.js";
import { summary } from "./messages.js";
import { STICKERS, drawSticker } from "./stickers.js";

const PLACE = { title: "台北市政府", address: "110台北市信義區市府路1號", latitude: 25.0375, longitude: 121.5637 };

export class Composer {
  constructor(phone) {
    this.phone = phone;
    this.quoted = null;
    this.field = element("textarea", { class: "composer-field", rows: "1", placeholder: "輸入訊息", "aria-label": "輸入訊息", enterkeyhint: "send", maxlength: "5000" });
    this.sendButton = element("button", { type: "button", class: "composer-send", "aria-label": "傳送", disabled: true, onclick: () => this.send() }, icon("send"));
    this.trayButtons = [this.trayButton("plus", "更多：照片、檔案、位置", () => this.attachments()), this.trayButton("smile", "貼圖", () => this.stickers())];
    this.tray = element("div", { class: "tray", hidden: true });
    this.quote = element("div", { class: "composer-quote", hidden: true });
    this.pictures = this.chooser("image/*", (file) => api.sendImage(phone.viewer, file, phone.group));
    this.files = this.chooser("", (file) => api.sendFile(phone.viewer, file, phone.group));
    this.listen();
    const bar = element("div", { class: "composer-bar" }, this.trayButtons[0], element("div", { class: "composer-well" }, this.field, this.trayButtons[1]), this.sendButton);
    this.node = element("div", { class: "composer" }, this.quote, bar, this.tray, this.pictures, this.files);
  }

  listen() {
    this.field.addEventListener("keydown", (event) => {
      // 229 is what browsers report for a key that the input method has taken.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.send();
    });
    this.field.addEventListener("input", () => this.grow());
    this.field.addEventListener("focus", () => {
      this.closeTray();
      this.phone.richMenu.toggle(false);
    });
    this.field.addEventListener("paste", (event) => {
      const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
      if (!file) return;
      event.preventDefault();
      this.attempt(() => api.sendImage(this.phone.viewer, file, this.phone.group));
    });
  }

  trayButton(name, label, content) {
    const button = element("button", { type: "button", class: "composer-button", "aria-label": label, "aria-expanded": "false" }, icon(name));
    button.addEventListener("click", () => this.openTray(button, content));
    return button;
  }

  openTray(button, content) {
    const closing = button.getAttribute("aria-expanded") === "true";
    this.closeTray();
    if (closing) return;
    button.setAttribute("aria-expanded", "true");
    this.phone.richMenu.toggle(false);
    this.tray.replaceChildren(content());
    this.tray.hidden = false;
  }

  closeTray() {
    this.tray.hidden = true;
    for (const button of this.trayButtons) button.setAttribute("aria-expanded", "false");
  }

  attachments() {
    const choice = (name, label, act) => element("button", { type: "button", class: "tray-choice", onclick: () => {
      this.closeTray();
      act();
    } }, element("span", { class: "tray-icon" }, icon(name)), element("span", { text: label }));
    return element("div", { class: "tray-choices" },
      choice("picture", "照片", () => this.choosePicture()),
      choice("file", "檔案", () => this.files.click()),
      choice("pin", "位置資訊", () => this.sendLocation()));
  }

  stickers() {
    return element("div", { class: "tray-stickers" }, STICKERS.map(({ packageId, stickerId, label }) =>
      element("button", { type: "button", class: "tray-sticker", "aria-label": `傳送貼圖：${label}`, onclick: () => {
        this.closeTray();
        this.attempt(() => api.sendSticker(this.phone.viewer, { packageId, stickerId, group: this.phone.group }));
      } }, drawSticker({ packageId, stickerId }))));
  }

  chooser(accept, deliver) {
    const field = element("input", { type: "file", accept, class: "visually-hidden", tabindex: "-1", "aria-hidden": "true" });
    field.addEventListener("change", async () => {
      const [file] = field.files;
      if (file) await this.attempt(() => deliver(file));
      field.value = "";
    });
    return field;
  }

  choosePicture() {
    this.pictures.click();
    return false;
  }

  sendLocation() {
    return this.attempt(() => api.sendLocation(this.phone.viewer, { ...PLACE, group: this.phone.group }));
  }

  /** Runs one call; a refusal becomes a sentence. True when it was accepted. */
  async attempt(call) {
    try {
      await call();
      return true;
    } catch (problem) {
      toast(problem.message, "bad");
      return false;
    }
  }

  async send() {
    const text = this.field.value.trim();
    if (!text) return;
    const quote = this.quoted?.id;
    this.fill("", { focus: false });
    this.reply(null);
    const accepted = await this.attempt(() => api.say(this.phone.viewer, { text, group: this.phone.group, quote }));
    if (!accepted && !this.field.value) this.fill(text);
  }

  fill(text, { focus = true } = {}) {
    this.field.value = text;
    this.grow();
    if (focus) this.field.focus();
  }

  grow() {
    this.sendButton.disabled = !this.field.value.trim();
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 96)}px`;
  }

  /** Starts (or with null ends) an answer that quotes `item`. */
  reply(item) {
    this.quoted = item;
    this.quote.hidden = !item;
    if (!item) return;
    this.quote.replaceChildren(
      element("span", { text: `回覆：${summary(item.message)}` }),
      element("button", { type: "button", "aria-label": "取消回覆", onclick: () => this.reply(null) }, icon("close")));
    this.field.focus();
  }
}
