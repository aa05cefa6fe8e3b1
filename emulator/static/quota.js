/**
 * How many of this month's paid messages are used, counted in people.
 */
import { element } from "./dom.js";
import { section } from "./section.js";

const NUMBER = new Intl.NumberFormat("zh-TW");

export class Quota {
  constructor() {
    this.words = element("p", { class: "quota-words" });
    this.meter = element("meter", { class: "quota-meter", min: "0", "aria-label": "本月訊息用量" });
    this.node = section("本月訊息額度", this.words, this.meter);
  }

  show({ limit, used }) {
    this.meter.hidden = limit === null;
    if (limit === null) {
      this.words.textContent = `已用 ${NUMBER.format(used)} 則（無上限）`;
      return;
    }
    this.words.textContent = `已用 ${NUMBER.format(used)} / ${NUMBER.format(limit)} 則，還剩 ${NUMBER.format(Math.max(0, limit - used))} 則`;
    Object.assign(this.meter, { max: limit || 1, low: limit * 0.8, high: limit * 0.95, optimum: 0, value: used });
  }
}
