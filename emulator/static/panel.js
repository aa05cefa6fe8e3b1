/**
 * The control panel: time, quota, faults and the log, beside the phones or over them.
 */
import { element } from "./dom.js";
import { Faults } from "./faults.js";
import { icon } from "./icons.js";
import { Log } from "./log.js";
import { Quota } from "./quota.js";
import { TimeTravel } from "./timetravel.js";

const BESIDE = window.matchMedia("(min-width: 1000px)");

export class Panel {
  /** `activePhone()` names the phone used last: a birthday jump means its person. */
  constructor(node, toggle, activePhone) {
    this.node = node;
    this.toggle = toggle;
    this.time = new TimeTravel(activePhone);
    this.quota = new Quota();
    this.faults = new Faults();
    this.log = new Log();
    const close = element("button", { type: "button", class: "panel-close", "aria-label": "關閉控制台", onclick: () => this.show(false) }, icon("close"));
    node.append(element("div", { class: "panel-head" }, element("h2", { text: "控制台" }), close), this.time.node, this.quota.node, this.tabs(["請求紀錄", this.log.node], ["故障開關", this.faults.node]));
    toggle.addEventListener("click", () => this.show(this.node.hidden));
    node.addEventListener("keydown", (event) => event.key === "Escape" && !BESIDE.matches && this.show(false));
    BESIDE.addEventListener("change", () => this.show(BESIDE.matches));
    this.show(BESIDE.matches, { focus: false });
  }

  /** Two parts that share the rest of the height: one is shown at a time. */
  tabs(...parts) {
    const buttons = parts.map(([label], index) => element("button", {
      type: "button", role: "tab", id: `panel-tab-${index}`, class: "panel-tab", text: label, "aria-controls": `panel-part-${index}`, onclick: () => choose(index),
    }));
    const choose = (chosen) => parts.forEach(([, part], index) => {
      part.hidden = index !== chosen;
      buttons[index].setAttribute("aria-selected", String(index === chosen));
    });
    parts.forEach(([, part], index) => {
      part.id = `panel-part-${index}`;
      part.setAttribute("role", "tabpanel");
      part.setAttribute("aria-labelledby", `panel-tab-${index}`);
    });
    [, this.faultsTab] = buttons;
    choose(0);
    return element("div", { class: "panel-section panel-parts" }, element("div", { role: "tablist", class: "panel-tabs" }, buttons), parts.map(([, part]) => part));
  }

  show(open, { focus = true } = {}) {
    this.node.hidden = !open;
    this.toggle.setAttribute("aria-expanded", String(open));
    document.body.classList.toggle("panel-over", open && !BESIDE.matches);
    document.getElementById("phones").inert = open && !BESIDE.matches;
    if (focus && !BESIDE.matches) (open ? this.node.querySelector("button") : this.toggle).focus();
  }

  turnTo(phone) {
    this.time.turnTo(phone);
  }

  /** `asked` is when the state was asked for. */
  async refresh(state, asked) {
    this.time.show(state);
    this.quota.show(state.quota);
    this.faults.show(state.faults, asked);
    const active = Object.values(state.faults).filter(Boolean).length;
    this.faultsTab.textContent = active ? `故障開關（${active} 個開啟）` : "故障開關";
    this.faultsTab.classList.toggle("panel-tab-alarm", active > 0);
    await this.log.refresh(state.seq);
  }
}
