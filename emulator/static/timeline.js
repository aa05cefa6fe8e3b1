/**
 * The messages of one chat in order, with date separators, runs, times and read marks.
 * Rows are kept by key, so that an unchanged message is never drawn twice.
 */
import { avatar } from "./avatars.js";
import { element } from "./dom.js";
import { icon } from "./icons.js";
import { renderMessage, summary } from "./messages.js";
import { clock, day, separator } from "./taipei.js";

export class Timeline {
  /** `phone` answers `act(action)`, `nameOf(id)`, `messageMenu(item, anchor)` and `viewer` (a person's id). */
  constructor(phone) {
    this.phone = phone;
    this.rows = new Map();
    this.column = element("div", { class: "timeline-column" });
    this.list = element("div", { class: "timeline", role: "log", "aria-live": "polite", "aria-label": "訊息", tabindex: "0" }, this.column);
    this.below = element("button", { type: "button", class: "jump-down", "aria-label": "跳到最新訊息", hidden: true, onclick: () => this.toEnd() }, icon("down"));
    this.list.addEventListener("scroll", () => this.onScroll(), { passive: true });
    this.atEnd = true;
    this.top = 0;
    const resized = new ResizeObserver(() => this.atEnd && this.toEnd());
    resized.observe(this.list);
    resized.observe(this.column);
    this.node = element("div", { class: "timeline-frame" }, this.list, this.below);
  }

  clear() {
    this.rows.clear();
    this.column.replaceChildren();
    this.atEnd = true;
  }

  show(items, { now, shop, typing }) {
    const wanted = this.plan(items, now, shop);
    if (typing) wanted.push({ key: "typing", signature: "typing", build: () => typingRow(shop) });
    const kept = new Map();
    let before = this.column.firstChild;
    for (const { key, signature, build } of wanted) {
      const old = this.rows.get(key);
      const node = old?.signature === signature ? old.node : build();
      if (old && old.node !== node) {
        if (before === old.node) before = before.nextSibling;
        old.node.remove();
      }
      if (node === before) before = before.nextSibling;
      else this.column.insertBefore(node, before);
      kept.set(key, { signature, node });
    }
    for (const [key, { node }] of this.rows) if (!kept.has(key)) node.remove();
    this.rows = kept;
    if (this.atEnd || items.at(-1)?.sender === `user:${this.phone.viewer}`) this.toEnd();
    else this.below.hidden = false;
  }

  plan(items, now, shop) {
    const rows = [];
    let date = "";
    items.forEach((item, index) => {
      const on = day(item.at);
      if (on !== date) {
        date = on;
        const label = separator(on, now);
        rows.push({ key: `date:${on}:${item.seq}`, signature: label, build: () => element("p", { class: "date-separator" }, element("span", { text: label })) });
      }
      const first = !sameRun(items[index - 1], item);
      const last = !sameRun(item, items[index + 1]);
      const quoted = items.find((other) => other.id && other.id === item.message?.quotedMessageId);
      rows.push({ key: `item:${item.id ?? item.seq}`, signature: JSON.stringify([item, first, last, shop]), build: () => this.row(item, { first, last, quoted, shop }) });
    });
    return rows;
  }

  row(item, { first, last, quoted, shop }) {
    if (item.sender === "system" || item.message?.type === "unsent") return systemRow(item, this.phone.viewer, shop);
    const own = item.sender === `user:${this.phone.viewer}`;
    const { node, wide } = renderMessage(item, { act: (action) => this.phone.act(action), nameOf: (id) => this.phone.nameOf(id) });
    if (quoted) node.prepend(quotation(quoted, shop));
    const row = element("div", { class: `row ${own ? "row-own" : "row-other"}${wide ? " row-wide" : ""}${first ? " row-first" : ""}`, "data-message": item.id });
    const meta = element("span", { class: "meta" },
      own && item.read ? element("span", { class: "read", text: "已讀" }) : null,
      last ? element("time", { datetime: item.at, text: clock(item.at) }) : null);
    const menu = this.menuButton(item);
    const body = element("div", { class: "row-body", oncontextmenu: (event) => {
      event.preventDefault();
      this.phone.messageMenu(item, menu);
    } }, node, meta, menu);
    if (own) row.append(body);
    else row.append(portrait(item, first, shop), element("div", { class: "row-column" }, first ? element("span", { class: "sender", text: senderName(item, shop) }) : null, body));
    return row;
  }

  menuButton(item) {
    const button = element("button", { type: "button", class: "message-menu", "aria-label": "訊息選單", "aria-haspopup": "menu" }, icon("more"));
    button.addEventListener("click", () => this.phone.messageMenu(item, button));
    return button;
  }

  onScroll() {
    const { scrollHeight, scrollTop, clientHeight } = this.list;
    // Only a scroll upwards leaves the end: growing content and shrinking frames do not.
    if (scrollHeight - scrollTop - clientHeight < 60) this.atEnd = true;
    else if (scrollTop < this.top) this.atEnd = false;
    this.top = scrollTop;
    if (this.atEnd) this.below.hidden = true;
  }

  toEnd() {
    this.list.scrollTop = this.list.scrollHeight;
    this.atEnd = true;
    this.below.hidden = true;
  }
}

function sameRun(one, other) {
  return Boolean(one && other && one.sender === other.sender && clock(one.at) === clock(other.at)
    && day(one.at) === day(other.at) && one.message?.sender?.name === other.message?.sender?.name);
}

function senderName(item, shop) {
  if (item.sender !== "bot") return item.sender_name ?? "";
  return item.message?.sender?.name ?? shop;
}

function portrait(item, first, shop) {
  if (!first) return element("span", { class: "avatar-space" });
  return avatar(senderName(item, shop), { shop: item.sender === "bot", image: item.message?.sender?.iconUrl });
}

const HAPPENED = {
  unsent: ({ who }) => `${who}已收回訊息`,
  follow: ({ shop }) => `你已將「${shop}」加入好友`,
  unfollow: ({ shop }) => `你已封鎖「${shop}」`,
  join: ({ shop }) => `「${shop}」已加入群組`,
  leave: ({ shop }) => `「${shop}」已離開群組`,
  memberJoined: ({ name }) => `${name}已加入群組`,
  memberLeft: ({ name }) => `${name}已退出群組`,
};

/** What is told between the messages rather than said by somebody. */
function systemRow(item, viewer, shop) {
  const who = item.sender === `user:${viewer}` ? "你" : senderName(item, shop);
  const words = HAPPENED[item.message?.type]?.({ who, shop, name: item.message.name ?? "" }) ?? summary(item.message);
  return element("p", { class: "system-row" }, element("span", { text: words }));
}

function quotation(item, shop) {
  return element("div", { class: "quotation" },
    element("strong", { text: senderName(item, shop) }),
    element("span", { text: summary(item.message) }));
}

function typingRow(shop) {
  return element("div", { class: "row row-other row-first typing" }, avatar(shop, { shop: true }),
    element("div", { class: "row-column" }, element("div", { class: "bubble dots", role: "img", "aria-label": "對方輸入中" }, element("i"), element("i"), element("i"))));
}
