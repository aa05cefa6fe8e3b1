/**
 * What happens when an action is tapped: the same for buttons, cards, chips and the rich menu.
 * Messages and postbacks go to the emulator, which tells the shop; the rest happens here.
 */
import * as api from "./api.js";
import { askDate, showLink } from "./dialogs.js";
import { toast } from "./dom.js";

/** Performs `action` for `phone`; true when it reached the shop. */
export async function perform(action, phone) {
  const act = ACTIONS[action?.type];
  if (!act) {
    toast(`這個按鈕的動作（${action?.type ?? "無"}）在模擬器裡沒有作用。`);
    return false;
  }
  return act(action, phone);
}

const ACTIONS = {
  message: send,
  postback: async (action, phone) => {
    await send(action, phone);
    if (action.inputOption === "openRichMenu") phone.richMenu.toggle(true);
    if (action.inputOption === "closeRichMenu") phone.richMenu.toggle(false);
    if (action.inputOption === "openKeyboard") phone.composer.fill(action.fillInText ?? "");
    return true;
  },
  richmenuswitch: send,
  datetimepicker: async (action, phone) => {
    const params = await askDate(action);
    return params ? send(action, phone, params) : false;
  },
  uri: openAddress,
  clipboard: async (action) => {
    await navigator.clipboard?.writeText(action.clipboardText ?? "").catch(() => undefined);
    toast(`已複製：${action.clipboardText ?? ""}`);
    return false;
  },
  camera: (action, phone) => phone.composer.choosePicture(),
  cameraRoll: (action, phone) => phone.composer.choosePicture(),
  location: (action, phone) => phone.composer.sendLocation(),
};

async function send(action, phone, params) {
  await api.tap(phone.viewer, action, params, phone.group);
  return true;
}

/** Links that prefill a message stay in the chat; others are shown before they are opened. */
async function openAddress(action, phone) {
  const message = /^https:\/\/line\.me\/R\/oaMessage\/[^/?]+\/?\?(.*)$/.exec(action.uri ?? "");
  if (message) phone.composer.fill(decodeURIComponent(message[1]));
  else await showLink(action);
  return false;
}
