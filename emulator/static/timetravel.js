/**
 * Moves the emulated shop's clock forward; everything that falls due on the way happens.
 */
import * as api from "./api.js";
import { element, toast } from "./dom.js";
import { section } from "./section.js";
import { fieldValue, fromField, full } from "./taipei.js";

export class TimeTravel {
  constructor(activePhone) {
    this.activePhone = activePhone;
    this.now = element("time", { class: "time-now" });
    this.birthday = this.button("下一個生日", () => ({ jump: "birthday", person: this.activePhone()?.viewer }));
    this.buttons = [this.button("明天 09:00", () => ({ jump: "tomorrow" })), this.birthday, this.button("一個月後", () => ({ jump: "month" }))];
    this.field = element("input", { type: "datetime-local", class: "time-field", "aria-label": "前往的日期與時間" });
    this.go = element("button", { type: "submit", class: "panel-button", text: "前往" });
    const form = element("form", { class: "time-form" }, this.field, this.go);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.field.value) this.travel({ to: fromField(this.field.value) });
    });
    this.note = element("p", { class: "panel-note", role: "status" });
    this.node = section("時間旅行", this.now, element("div", { class: "time-buttons" }, this.buttons), form, this.note);
  }

  button(label, where) {
    return element("button", { type: "button", class: "panel-button", text: label, onclick: () => this.travel(where()) });
  }

  show(state) {
    this.possible = state.time_travel;
    this.now.textContent = full(state.now);
    this.now.dateTime = state.now;
    this.field.min = fieldValue(state.now);
    if (!this.field.value || this.field.value < this.field.min) this.field.value = this.field.min;
    this.enable(!this.travelling);
    if (!this.possible) this.note.textContent = "這個模擬器跟著真實時間走，不能調整。";
    this.people = state.people;
    this.turnTo(this.activePhone());
  }

  turnTo(phone) {
    const name = this.people?.find(({ id }) => id === phone?.viewer)?.name;
    this.birthday.title = name ? `${name}的下一個生日` : "";
  }

  enable(able) {
    for (const control of [...this.buttons, this.field, this.go]) control.disabled = !able || !this.possible;
  }

  async travel(where) {
    this.travelling = true;
    this.enable(false);
    this.note.textContent = "時間前進中…";
    try {
      const { now, ticks } = await api.travel(where);
      this.note.textContent = `已到 ${full(now)}，排程執行了 ${ticks ?? 0} 次。`;
    } catch (problem) {
      this.note.textContent = problem.message;
      toast(problem.message, "bad");
    }
    this.travelling = false;
    this.enable(true);
  }
}
