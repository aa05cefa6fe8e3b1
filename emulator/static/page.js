/**
 * The chat page: several phones side by side and the control panel beside them.
 * One long poll tells when something changed; then everything visible is read again.
 */
import * as api from "./api.js";
import { element } from "./dom.js";
import { Panel } from "./panel.js";
import { Phone } from "./phone.js";
import { full } from "./taipei.js";

const PHONES = 3;
const NARROWEST = 312;
const GAP = 12;
const REMEMBERED = "emulator.people";
const RETRY_MS = 1500;

class Page {
  constructor() {
    this.holder = document.getElementById("phones");
    this.tabs = document.getElementById("tabs");
    this.clock = document.getElementById("clock");
    this.offline = document.getElementById("offline");
    this.phones = [];
    this.recent = [0, 1, 2];
    this.panel = new Panel(document.getElementById("panel"), document.getElementById("panel-toggle"), () => this.phones[this.recent[0]]);
    new ResizeObserver(() => this.arrange()).observe(this.holder);
  }

  async run() {
    for (;;) {
      try {
        const seq = await this.refresh();
        this.offline.hidden = true;
        await api.waitForChange(seq);
      } catch (problem) {
        this.offline.hidden = false;
        console.warn(problem);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  async refresh() {
    const asked = performance.now();
    const state = await api.readState();
    // Numbers only grow: a smaller one means that another emulator has taken this one's place.
    if (this.state && state.seq < this.state.seq) location.reload();
    this.state = state;
    document.title = `${state.name}｜LINE 模擬器`;
    this.clock.textContent = full(state.now);
    this.clock.dateTime = state.now;
    if (this.phones.length < Math.min(PHONES, state.people.length)) this.addPhones(state.people);
    await Promise.all([this.panel.refresh(state, asked), ...this.phones.map((phone) => phone.refresh(state))]);
    return state.seq;
  }

  addPhones(people) {
    const chosen = cast(people);
    while (this.phones.length < Math.min(PHONES, people.length)) {
      const index = this.phones.length;
      const phone = new Phone((id) => this.hand(phone, id));
      phone.hold(chosen[index]);
      phone.node.addEventListener("pointerdown", () => this.touch(index));
      phone.node.addEventListener("focusin", () => this.touch(index));
      this.phones.push(phone);
      this.holder.append(phone.node);
    }
    this.arrange();
  }

  /** Gives `phone` to another person; the same person never holds two. */
  hand(phone, id) {
    const other = this.phones.find((each) => each !== phone && each.viewer === id);
    const person = (wanted) => this.state.people.find((each) => each.id === wanted);
    if (other) other.hold(person(phone.viewer));
    phone.hold(person(id));
    localStorage.setItem(REMEMBERED, JSON.stringify(this.phones.map(({ viewer }) => viewer)));
    this.arrange();
  }

  touch(index) {
    if (this.recent[0] === index) return;
    this.recent = [index, ...this.recent.filter((each) => each !== index)];
    this.panel.turnTo(this.phones[index]);
  }

  /** Shows as many phones as fit, the ones touched last. */
  arrange() {
    const fits = Math.max(1, Math.min(this.phones.length, Math.floor((this.holder.clientWidth + GAP) / (NARROWEST + GAP))));
    const shown = new Set(this.recent.filter((index) => index < this.phones.length).slice(0, fits));
    this.phones.forEach((phone, index) => {
      phone.node.hidden = !shown.has(index);
    });
    this.tabs.hidden = fits === this.phones.length;
    const everybody = element("select", { class: "tab tab-people", "aria-label": "換成其他使用者", onchange: ({ target }) => this.hand(this.phones[this.recent[0]], target.value) },
      element("option", { value: "", text: "其他…", selected: true, disabled: true }),
      (this.state?.people ?? []).map(({ id, name }) => element("option", { value: id, text: name })));
    this.tabs.replaceChildren(...this.phones.map((phone, index) => element("button", {
      type: "button", class: "tab", "aria-pressed": String(shown.has(index)), text: this.nameOf(phone),
      onclick: () => {
        this.touch(index);
        this.arrange();
      },
    })), everybody);
  }

  nameOf(phone) {
    return this.state?.people.find(({ id }) => id === phone.viewer)?.name ?? "";
  }
}

/** Who holds the phones at first: those of the last visit, then people with a label, then the rest. */
function cast(people) {
  const remembered = readRemembered().map((id) => people.find((person) => person.id === id)).filter(Boolean);
  const labelled = people.filter(({ label }) => label);
  return [...new Set([...remembered, ...labelled, ...people])].slice(0, PHONES);
}

function readRemembered() {
  try {
    return JSON.parse(localStorage.getItem(REMEMBERED)) ?? [];
  } catch {
    return [];
  }
}

new Page().run();
