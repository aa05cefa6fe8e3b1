/**
 * The control API of the emulator: every call of this page goes through here.
 * A refusal carries the server's own sentence.
 */
const PREFIX = "/_emulator";

export class Refused extends Error {
  constructor(sentence, status) {
    super(sentence);
    this.status = status;
  }
}

async function request(path, options) {
  const response = await fetch(PREFIX + path, { cache: "no-store", ...options });
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(body.message ?? `模擬器回應 ${response.status}`, response.status);
  return body;
}

const post = (path, body) =>
  request(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body ?? {}) });

function upload(path, file, fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value) form.append(name, value);
  form.append("file", file, file.name);
  return request(path, { method: "POST", body: form });
}

const person = (id) => `/people/${encodeURIComponent(id)}`;

export const readState = () => request("/state");
export const readChat = (chat, after) => request(`/chat/${encodeURIComponent(chat)}?after=${after}`);
export const readLog = (after) => request(`/log?after=${after}`);
export const waitForChange = (after, signal) => request(`/wait?after=${after}`, { signal });

export const say = (id, message) => post(`${person(id)}/say`, message);
export const tap = (id, action, params, group) => post(`${person(id)}/tap`, { action, params, group });
export const sendSticker = (id, sticker) => post(`${person(id)}/sticker`, sticker);
export const sendLocation = (id, location) => post(`${person(id)}/location`, location);
export const sendImage = (id, file, group) => upload(`${person(id)}/image`, file, { group });
export const sendFile = (id, file, group) => upload(`${person(id)}/file`, file, { group });
export const edit = (id, message, text) => post(`${person(id)}/edit`, { message, text });
export const unsend = (id, message) => post(`${person(id)}/unsend`, { message });
export const follow = (id) => post(`${person(id)}/follow`);
export const unfollow = (id) => post(`${person(id)}/unfollow`);
export const addPerson = (name) => post("/people", { name });
export const travel = (where) => post("/time", where);
export const setFaults = (faults) => post("/faults", faults);
