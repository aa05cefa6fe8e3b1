/**
 * Switches for what can go wrong between LINE and the shop.
 * The kind of a control follows the value the emulator reports: a flag, a chance or milliseconds.
 */
import * as api from "./api.js";
import { element, toast } from "./dom.js";

const NAMES = {
  slow_ms: ["回應變慢", "LINE 的 API 很久才回答"],
  fail_before: ["500（未受理）", "LINE 出錯，訊息沒有送出"],
  fail_after: ["500（已受理）", "LINE 其實送出了，卻回答出錯"],
  drop: ["斷線（已受理）", "LINE 送出了，但連線中斷收不到回答"],
  rate_limited: ["429 太頻繁", "超過 API 的速率限制"],
  monthly_limit: ["429 額度用完", "本月訊息額度已滿"],
  unauthorized: ["401 權杖失效", "頻道存取權杖不被接受"],
  redeliver: ["重送 webhook", "同一事件帶著重送標記再來一次"],
  duplicate: ["重複 webhook", "同一事件毫無標記地來兩次"],
  shuffle: ["打亂順序", "事件不照先後到達"],
  standby: ["待命模式", "事件標為 standby，店家不該回應"],
};
const DELAYS = [[500, "0.5 秒"], [1500, "1.5 秒"], [3000, "3 秒"], [12000, "12 秒"]];
const CHANCES = [[0.25, "四次一次"], [0.5, "兩次一次"], [1, "每次"]];

export class Faults {
  constructor() {
    this.list = element("ul", { class: "faults" });
    this.controls = new Map();
    this.pending = 0;
    this.setAt = 0;
    const clear = element("button", { type: "button", class: "panel-button panel-button-quiet", text: "全部恢復正常", onclick: () => this.clear() });
    this.node = element("div", { class: "faults-section" }, this.list, clear);
  }

  /** `asked` is when these values were asked for: what was switched since then is newer. */
  show(faults, asked) {
    if (this.pending || asked < this.setAt) return;
    this.faults = faults;
    for (const [name, value] of Object.entries(faults)) {
      if (!this.controls.has(name)) this.add(name, value);
      this.controls.get(name)(value);
    }
  }

  add(name, value) {
    const [label, explanation] = NAMES[name] ?? [name, ""];
    const strengths = name === "slow_ms" ? DELAYS : typeof value === "number" ? CHANCES : null;
    const toggle = element("input", { type: "checkbox", role: "switch", id: `fault-${name}`, class: "switch" });
    const strength = strengths && element("select", { class: "fault-strength", "aria-label": `${label}的程度` }, strengths.map(([amount, words]) => element("option", { value: String(amount), text: words })));
    if (strength) strength.value = String(strengths[name === "slow_ms" ? 1 : 2][0]);
    const wanted = () => (strength ? (toggle.checked ? Number(strength.value) : 0) : toggle.checked);
    toggle.addEventListener("change", () => this.set({ [name]: wanted() }));
    strength?.addEventListener("change", () => toggle.checked && this.set({ [name]: wanted() }));
    this.list.append(element("li", { class: "fault" },
      element("label", { for: toggle.id, class: "fault-words" }, element("span", { text: label }), element("small", { text: explanation })), strength, toggle));
    this.controls.set(name, (current) => {
      toggle.checked = Boolean(current);
      if (strength) strength.hidden = !current;
      if (strength && current && strengths.some(([amount]) => amount === current)) strength.value = String(current);
    });
  }

  async set(values) {
    this.pending += 1;
    let inForce = this.faults;
    try {
      inForce = await api.setFaults(values);
    } catch (problem) {
      toast(problem.message, "bad");
    }
    this.pending -= 1;
    this.setAt = performance.now();
    this.show(inForce, this.setAt);
  }

  clear() {
    const off = Object.entries(this.faults ?? {}).filter(([, value]) => value).map(([name, value]) => [name, typeof value === "number" ? 0 : false]);
    if (off.length) this.set(Object.fromEntries(off));
  }
}
