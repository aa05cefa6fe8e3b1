/**
 * Dates and times as the shop's customers read them, in Taipei.
 * Taipei keeps +08:00 all year, so an offset is enough to write a time down.
 */
const ZONE = { timeZone: "Asia/Taipei" };
const PARTS = new Intl.DateTimeFormat("en-CA", {
  ...ZONE, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});
const WEEKDAYS = ["日", "一", "二", "三", "四", "五", "六"];
const OFFSET = "+08:00";

function parts(instant) {
  return Object.fromEntries(PARTS.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]));
}

/** YYYY-MM-DD */
export function day(instant) {
  const { year, month, day: date } = parts(instant);
  return `${year}-${month}-${date}`;
}

/** HH:MM */
export function clock(instant) {
  const { hour, minute } = parts(instant);
  return `${hour}:${minute}`;
}

/** HH:MM:SS */
export function precise(instant) {
  const { hour, minute, second } = parts(instant);
  return `${hour}:${minute}:${second}`;
}

function weekday(date) {
  return WEEKDAYS[new Date(`${date}T12:00:00${OFFSET}`).getUTCDay()];
}

/** 2026/11/22(日) 12:00 */
export function full(instant) {
  const date = day(instant);
  return `${date.replaceAll("-", "/")}(${weekday(date)}) ${clock(instant)}`;
}

/** 11/22(日) 12:00, as a phone's status bar has room for. */
export function brief(instant) {
  return full(instant).slice(5);
}

/** What a date separator says: 今天, 昨天, 11/22(日), or with the year when it is another one. */
export function separator(date, now) {
  const today = day(now);
  if (date === today) return "今天";
  if (date === day(new Date(now).getTime() - 86_400_000)) return "昨天";
  const [year, month, dayOfMonth] = date.split("-");
  const short = `${Number(month)}/${Number(dayOfMonth)}(${weekday(date)})`;
  return year === today.slice(0, 4) ? short : `${year}/${short}`;
}

/** The value of a date-time field showing `instant`. */
export function fieldValue(instant) {
  return `${day(instant)}T${clock(instant)}`;
}

/** The instant that a date-time field's value means. */
export function fromField(value) {
  return value + (value.length === 16 ? ":00" : "") + OFFSET;
}
