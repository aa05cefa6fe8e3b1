/**
 * One person's phone: whose it is, the chat on its screen, and what that person can do there.
 */
import { perform } from "./actions.js";
import * as api from "./api.js";
import { avatar } from "./avatars.js";
import { Composer } from "./composer.js";
import { askText, showJson } from "./dialogs.js";
import { element, toast } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { summary } from "./messages.js";
import { QuickReply } from "./quickreply.js";
import { RichMenu } from "./richmenu.js";
import { brief } from "./taipei.js";
import { Timeline } from "./timeline.js";

export class Phone {
  /** `onPerson(id)` is called when somebody else should hold this phone. */
  constructor(onPerson) {
    this.viewer = null;
    this.group = undefined;
    this.items = new Map();
    this.last = 0;
    this.timeline = new Timeline(this);
    this.quickReply = new QuickReply(this);
    this.richMenu = new RichMenu(this);
    this.composer = new Composer(this);
    this.build(onPerson);
  }

  build(onPerson) {
    this.who = element("select", { class: "holder-name", "aria-label": "這支手機的使用者", onchange: () => onPerson(this.who.value) });
    this.holder = element("div", { class: "holder" });
    this.time = element("time", { class: "status-time" });
    this.title = element("h2", { class: "chat-title" });
    const back = element("button", { type: "button", class: "chat-button", "aria-label": "聊天列表", "aria-haspopup": "menu", onclick: () => this.chooseChat(back) }, icon("back"));
    const more = element("button", { type: "button", class: "chat-button", "aria-label": "聊天室選單", "aria-haspopup": "menu", onclick: () => this.chatMenu(more) }, icon("menu"));
    this.chats = element("div", { class: "chats", role: "group", "aria-label": "聊天室", hidden: true });
    this.notice = element("div", { class: "notice", hidden: true });
    this.foot = element("div", { class: "foot" }, this.quickReply.node, this.notice, this.composer.node, this.richMenu.node);
    this.screen = element("div", { class: "screen" },
      element("div", { class: "status-bar", "aria-hidden": "true" }, this.time, element("span", { class: "status-signs", text: "●●● 5G ▮" })),
      element("div", { class: "chat-head" }, back, this.title, more), this.chats, this.timeline.node, this.foot);
    this.node = element("section", { class: "phone" }, this.holder, this.screen);
  }

  /** Puts the phone in `person`'s hands, showing the 1:1 chat with the shop. */
  hold(person) {
    if (this.viewer === person.id) return;
    this.viewer = person.id;
    this.open(undefined);
  }

  open(group) {
    this.group = group;
    this.items.clear();
    this.last = 0;
    this.timeline.clear();
    this.quickReply.show([]);
    this.composer.reply(null);
    this.composer.closeTray();
    if (this.state) this.refresh(this.state);
  }

  get chat() {
    return this.group ?? this.viewer;
  }

  async refresh(state) {
    this.state = state;
    this.dress(state);
    const chat = this.chat;
    const { items, typing, rich_menu: menu, seq } = await api.readChat(chat, this.last);
    if (chat !== this.chat) return;
    for (const item of items) this.items.set(item.id ?? `seq:${item.seq}`, item);
    this.last = seq;
    const shown = [...this.items.values()].sort((one, other) => one.seq - other.seq);
    this.timeline.show(shown, { now: state.now, shop: state.name, typing });
    this.quickReply.show(shown);
    this.richMenu.show(this.group ? null : menu);
  }

  dress(state) {
    const person = state.people.find(({ id }) => id === this.viewer);
    const group = state.groups.find(({ id }) => id === this.group);
    this.person = person;
    this.node.setAttribute("aria-label", `${person?.name ?? ""}的手機`);
    this.title.textContent = group ? `${group.name} (${group.members.length})` : state.name;
    this.title.classList.toggle("chat-title-official", !group);
    this.time.textContent = brief(state.now);
    this.listPeople(state.people);
    this.listChats();
    this.showNotice(person);
  }

  listPeople(people) {
    const signature = JSON.stringify([this.viewer, people.map(({ id, name, label }) => [id, name, label])]);
    if (signature === this.people) return;
    this.people = signature;
    const option = ({ id, name, label }) => element("option", { value: id, text: label ? `${name}（${label}）` : name, selected: id === this.viewer });
    this.who.replaceChildren(...people.map(option));
    this.holder.replaceChildren(avatar(this.person?.name), this.who);
  }

  /** A tab for each group that this person is in, beside the one for the shop. */
  listChats() {
    const signature = JSON.stringify([this.viewer, this.group, this.groups.map(({ id, name }) => [id, name])]);
    if (signature === this.listed) return;
    this.listed = signature;
    this.chats.hidden = this.groups.length === 0;
    const tab = (id, text) => element("button", { type: "button", class: "chat-tab", "aria-pressed": String(id === this.group), text, onclick: () => this.open(id) });
    this.chats.replaceChildren(tab(undefined, "1 對 1"), ...this.groups.map(({ id, name }) => tab(id, name)));
  }

  get groups() {
    return this.state.groups.filter(({ members }) => members.includes(this.viewer));
  }

  showNotice(person) {
    const words = person?.blocked ? "你已封鎖這個帳號，收不到它的訊息。" : person?.friend ? "" : "還不是好友，加入後店家才能傳訊息給你。";
    this.notice.hidden = !words || Boolean(this.group);
    this.foot.classList.toggle("foot-blocked", Boolean(person?.blocked) && !this.group);
    if (this.notice.hidden || this.notice.dataset.words === words) return;
    this.notice.dataset.words = words;
    this.notice.replaceChildren(element("span", { text: words }),
      element("button", { type: "button", text: person?.blocked ? "解除封鎖" : "加入好友", onclick: () => this.composer.attempt(() => api.follow(this.viewer)) }));
  }

  nameOf(id) {
    return this.state.people.find((person) => person.id === id)?.name ?? "成員";
  }

  async act(action) {
    try {
      return await perform(action, this);
    } catch (problem) {
      toast(problem.message, "bad");
      return false;
    }
  }

  chooseChat(anchor) {
    openMenu(anchor, this.screen, [
      [`${this.state.name}（官方帳號）`, () => this.open(undefined)],
      ...this.groups.map(({ id, name }) => [`${name}（群組）`, () => this.open(id)]),
    ]);
  }

  chatMenu(anchor) {
    const friend = this.person?.friend && !this.person?.blocked;
    openMenu(anchor, this.screen, [
      friend ? ["封鎖這個帳號", () => this.composer.attempt(() => api.unfollow(this.viewer))]
        : [this.person?.blocked ? "解除封鎖" : "加入好友", () => this.composer.attempt(() => api.follow(this.viewer))],
      ["複製使用者 ID", () => this.act({ type: "clipboard", clipboardText: this.viewer })],
    ]);
  }

  messageMenu(item, anchor) {
    const own = item.sender === `user:${this.viewer}`;
    const items = [["回覆", () => this.composer.reply(item)], ["複製", () => this.act({ type: "clipboard", clipboardText: summary(item.message) })]];
    if (own && this.group && item.message.type === "text") items.push(["編輯", () => this.editMessage(item)]);
    if (own) items.push(["收回", () => this.composer.attempt(() => api.unsend(this.viewer, item.id))]);
    items.push(["檢視 JSON", () => showJson("訊息內容", item.message)]);
    openMenu(anchor, this.screen, items);
  }

  async editMessage(item) {
    const text = await askText("編輯訊息", item.message.text);
    if (text) await this.composer.attempt(() => api.edit(this.viewer, item.id, text));
  }
}
