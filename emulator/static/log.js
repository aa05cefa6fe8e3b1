/**
 * Every request the shop made to LINE and every webhook LINE sent, newest first.
 * Bodies are drawn only when an entry is opened, so that a busy hour stays light.
 */
import * as api from "./api.js";
import { element } from "./dom.js";
import { precise } from "./taipei.js";

const KEPT = 300;
const FILTERS = [["", "全部"], ["api", "API"], ["webhook", "Webhook"]];

export class Log {
  constructor() {
    this.last = 0;
    this.list = element("div", { class: "log", role: "log", "aria-live": "off", "aria-label": "請求紀錄", tabindex: "0" });
    this.filters = FILTERS.map(([value, label]) => element("button", { type: "button", class: "log-filter", "aria-pressed": String(value === ""), text: label, onclick: () => this.filter(value) }));
    const clear = element("button", { type: "button", class: "log-filter", text: "清除", onclick: () => this.list.replaceChildren() });
    this.node = element("div", { class: "log-section" }, element("div", { class: "log-filters", role: "group", "aria-label": "篩選紀錄" }, this.filters, element("span", { class: "log-gap" }), clear), this.list);
  }

  /** Reads what is new by `seq`; of a long history only the end. */
  async refresh(seq) {
    if (!this.last) this.last = Math.max(0, seq - KEPT * 4);
    const { items } = await api.readLog(this.last);
    for (const item of items) {
      if (item.seq <= this.last) continue;
      this.last = item.seq;
      this.list.prepend(entry(item));
    }
    while (this.list.childElementCount > KEPT) this.list.lastElementChild.remove();
  }

  filter(value) {
    this.list.dataset.only = value;
    this.filters.forEach((button, index) => button.setAttribute("aria-pressed", String(FILTERS[index][0] === value)));
  }
}

function entry(item) {
  const inward = item.direction === "webhook";
  const events = inward ? (item.request?.events ?? []).map(({ type }) => type).join("、") : "";
  const good = item.status >= 200 && item.status < 300;
  const node = element("details", { class: `log-entry log-${item.direction}` },
    element("summary", {},
      element("time", { datetime: item.at, text: precise(item.at) }),
      element("span", { class: "log-kind", text: inward ? "LINE→店" : "店→LINE" }),
      element("span", { class: "log-path", text: inward ? `webhook ${events}` : `${item.method} ${item.path}` }),
      element("span", { class: `log-status ${good ? "log-good" : "log-bad"}`, text: String(item.status ?? "無回應") }),
      element("span", { class: "log-ms", text: `${Math.round(item.ms ?? 0)} ms` })));
  node.addEventListener("toggle", () => {
    if (node.open && node.childElementCount === 1) node.append(body("送出", item.request), body("回應", item.response));
  });
  return node;
}

function body(label, value) {
  const words = typeof value === "string" ? value : JSON.stringify(value ?? null, null, 2);
  return element("div", { class: "log-body" }, element("h4", { text: label }), element("pre", { class: "json", tabindex: "0", text: words }));
}
