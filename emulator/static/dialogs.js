/**
 * Questions asked over the page: a date, a text, a link to open, a message's JSON.
 * Each resolves with the answer, or null when the dialog was dismissed.
 */
import { element, isOpenable, link } from "./dom.js";

function ask(title, content, { confirm = "確定", read = () => true } = {}) {
  return new Promise((resolve) => {
    const cancel = element("button", { type: "button", class: "dialog-cancel", text: confirm ? "取消" : "關閉", onclick: () => dialog.close() });
    const accept = confirm ? element("button", { type: "submit", class: "dialog-accept", text: confirm }) : null;
    const form = element("form", { method: "dialog" }, element("h2", { text: title }), content, element("div", { class: "dialog-buttons" }, cancel, accept));
    const dialog = element("dialog", { class: "dialog", "aria-label": title }, form);
    let answer = null;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      answer = read();
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

const FIELDS = { date: "date", time: "time", datetime: "datetime-local" };
const fieldForm = (value) => (value ?? "").replace("t", "T");

/** The value for `params` of a datetimepicker action, in LINE's form. */
export function askDate(action) {
  const field = element("input", { type: FIELDS[action.mode] ?? "date", required: true, "aria-label": action.label ?? "日期", min: fieldForm(action.min), max: fieldForm(action.max), value: fieldForm(action.initial) });
  return ask(action.label || "選擇日期", field, { read: () => ({ [action.mode]: field.value }) });
}

export function askText(title, initial) {
  const field = element("textarea", { rows: "4", required: true, "aria-label": title, value: initial ?? "" });
  return ask(title, field, { read: () => field.value });
}

export function askName(title) {
  const field = element("input", { type: "text", required: true, maxlength: "20", "aria-label": title });
  return ask(title, field, { read: () => field.value.trim() || null });
}

/** Shows where a link leads; only addresses a browser may open become a link. */
export function showLink(action) {
  const words = isOpenable(action.uri) ? "按下網址會在新分頁開啟：" : "這個連結要在手機的 LINE 裡才能開啟：";
  return ask(action.label || "開啟連結", element("div", { class: "dialog-link" }, element("p", { text: words }), link(action.uri, action.uri)), { confirm: null });
}

export function showJson(title, value) {
  return ask(title, element("pre", { class: "json", tabindex: "0", text: JSON.stringify(value, null, 2) }), { confirm: null });
}
