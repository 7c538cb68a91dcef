// Days as people write them. Says the same as budgets/dates.py.

import { shorten } from "./decimal.js";

const FORMS = [
  /^([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})$/,
  /^(?:([0-9]{4})(年))?([0-9]{1,2})月([0-9]{1,2})[日号]$/,
  /^([0-9]{4})()([0-9]{2})([0-9]{2})$/,
];
const NOTHING = new Set(["", "-", "—", "——"]);
const BLANKS = /(?:[^\S\ufeff]|[\x1c-\x1f\x85])+/g; // what Python takes for blanks

/** The day of the fiscal year a person means by `text`: {value: "2023-06-01" or "", error: "" or a Chinese sentence}. */
export function parseDate(text, year) {
  const half = text.replace(/[！-～]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0xfee0));
  const plain = half.replaceAll("。", ".").replace(BLANKS, "");
  if (NOTHING.has(plain)) return { value: "", error: "" };
  const refused = (error) => ({ value: "", error });
  const found = FORMS.map((form) => form.exec(plain)).find(Boolean);
  if (!found) return refused(`“${shorten(text)}”不是日期，请写成 ${year}-06-01 这样。`);
  const [, ofYear = String(year), , month, day] = found;
  const value = [ofYear, month.padStart(2, "0"), day.padStart(2, "0")].join("-");
  if (!isDay(value)) return refused(`没有“${shorten(text)}”这一天，请核对。`);
  return ofYear === String(year) ? { value, error: "" } : refused(`“${shorten(text)}”不在 ${year} 年内，请核对。`);
}

/** Whether the calendar has a day: another one comes back where it has not. */
function isDay(value) {
  const day = new Date(`${value}T00:00:00Z`);
  return !value.startsWith("0000") && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
}
