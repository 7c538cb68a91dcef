// Figures as exact whole numbers (BigInt): fen (分), hundredths of a ㎡, persons; never as floating point.
// Says the same as budgets/money.py and budgets/measures.py: null is blank, which is not zero; rounding is half
// away from zero. A `scale` is what a figure is typed and shown in: "yuan", "wan", "count", "area" or "points".

import { evaluate } from "./arithmetic.js";

const MINUS = "−";
const LIMIT = 10n ** 15n; // 10¹³ yuan in fen
const FULL = 10000n; // 100 points
const PLACES = { yuan: 2, wan: 6, count: 0, area: 2, points: 2 }; // decimals that can be typed
const SHIFTS = { yuan: 0, wan: 4, count: 0, area: 0, points: 0 };
const AMOUNT = ["金额", "1,385.50", { 亿元: 8, 亿: 8, 万元: 4, 万: 4, 元: 0 }];
const plainUnits = (names) => Object.fromEntries(names.map((name) => [name, 0]));
const KINDS = { // what it is called, an example, the units that may follow with their power of ten
  yuan: AMOUNT,
  wan: AMOUNT,
  count: ["个数", "122", plainUnits(["人次", "人", "团组", "个", "辆", "批次", "批", "次"])],
  area: ["面积", "1,200.50", plainUnits(["平方米", "平米", "㎡", "m²", "m2"])],
  points: ["分数", "12.5", plainUnits(["分"])],
};
const NOTHING = new Set(["", "-", "—", "——"]);
// A blank may part thousands and nothing else: "6 8" and "1⇥2" are two numbers, not 68 and 12.
const parted = (mark) => `[0-9]{1,3}(?:${mark}[0-9]{3})+`;
const WHOLE = `[0-9]+|${parted(",")}|${parted("[ \\xa0\\u2000-\\u200a\\u202f\\u205f\\u3000]")}`;
const NUMBER = new RegExp(`^([-+]?)(${WHOLE})(?:\\.([0-9]*))?$`);
const CURRENCY = /^([-+]?)(?:¥|￥|RMB|CNY|人民币)[ \u3000]*/i;
const INVISIBLE = /[\u200b-\u200f\u2060\ufeff]/g;
const BLANKS = "(?:[^\\S\\ufeff]|[\\x1c-\\x1f\\x85])+"; // what Python takes for blanks
const ALL_BLANKS = new RegExp(BLANKS, "g");
const OUTER_BLANKS = new RegExp(`^${BLANKS}|${BLANKS}$`, "g");

export const UNITS = { yuan: "元", wan: "万元" };

/** What a person means by `text`: {value: whole number or null, error: "" or one Chinese sentence}. Never rounds. */
export function parseFigure(text, scale) {
  const half = text.replace(/[！-～]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0xfee0));
  const plain = half.replace(/[−–]/g, "-").replaceAll("。", ".").replace(INVISIBLE, "").replace(OUTER_BLANKS, "");
  if (NOTHING.has(plain)) return { value: null, error: "" };
  if (plain.startsWith("=")) {
    const { mistake, ...number } = evaluate(plain.slice(1));
    return mistake ? refused(`“${shorten(text)}”${mistake}`) : figureOf(text, scale, number, SHIFTS[scale]);
  }
  const { sign, whole, decimals, shift } = numberIn(plain, scale);
  const [what, example] = KINDS[scale];
  if (!whole) return refused(`“${shorten(text)}”不是${what}，请只填数字，例如 ${example}；没有数就留空。`);
  const number = { isNegative: sign === "-", whole: whole.replace(/[^0-9]/g, ""), decimals };
  return figureOf(text, scale, number, shift ?? SHIFTS[scale]);
}

/** The parts of a number that may stand in brackets, after a sign of currency, before a unit; {} for none. */
function numberIn(plain, scale) {
  const units = KINDS[scale][2];
  let [number, shift] = withoutUnit(plain, units);
  if (number.startsWith("(") && number.endsWith(")")) {
    const [inner, innerShift] = withoutUnit(number.slice(1, -1), units);
    [number, shift] = [`-${inner}`, shift ?? innerShift];
  }
  if (units === AMOUNT[2]) number = number.replace(CURRENCY, "$1");
  const [, sign, whole, decimals = ""] = NUMBER.exec(number) ?? [];
  return { sign, whole, decimals, shift };
}

function withoutUnit(plain, units) {
  const unit = Object.keys(units).find((each) => plain.endsWith(each));
  return unit ? [plain.slice(0, -unit.length).replace(/[ \u3000]+$/, ""), units[unit]] : [plain, null];
}

/** The figure of a number in a unit of 10 to the `shift`, or what is wrong with it. */
function figureOf(text, scale, { isNegative: hasMinus, whole, decimals }, shift) {
  const places = scale === "yuan" || scale === "wan" ? shift + 2 : PLACES[scale];
  const size = BigInt(whole + decimals.padEnd(places, "0").slice(0, places));
  const isTooFine = /[1-9]/.test(decimals.slice(places));
  const isNegative = hasMinus && (size > 0n || isTooFine);
  const refusal = refusalOf(text, scale, { size, isTooFine, isNegative, places });
  return refusal ? refused(refusal) : { value: isNegative ? -size : size, error: "" };
}

/** What is wrong with a number of this size; "" when nothing is. */
function refusalOf(text, scale, { size, isTooFine, isNegative, places }) {
  if (scale === "count") {
    if (isTooFine || isNegative) return `“${shorten(text)}”应是整数，不能有小数，也不能是负数。`;
    return size < 10n ** 9n ? "" : "数太大，请检查。";
  }
  if (scale === "area") {
    if (isNegative || size >= 10n ** 12n) return `“${shorten(text)}”不是合理的面积，请检查。`;
    return isTooFine ? "面积最多填 2 位小数，请核对后重填。" : "";
  }
  if (scale === "points") {
    const isBeyond = size > FULL || (size === FULL && isTooFine);
    if (isNegative || isBeyond) return `“${shorten(text)}”不在 0 到 100 之间，请检查。`;
    return isTooFine ? "分数最多填 2 位小数，请核对后重填。" : "";
  }
  if (size >= LIMIT) return "金额太大（整数部分超过 13 位，按元计），请检查单位是元还是万元。";
  return isTooFine ? `最多填 ${places} 位小数（精确到分），系统不替您四舍五入，请核对后重填。` : "";
}

const refused = (error) => ({ value: null, error });

/** A text short enough to be quoted in a sentence. */
export function shorten(text, length = 20) {
  const letters = [...text.replace(ALL_BLANKS, " ").replace(/^ | $/g, "")];
  return letters.length <= length ? letters.join("") : `${letters.slice(0, length).join("")}…`;
}

/** Plain digits with an ASCII minus: a count whole, others with at least two decimals, none lost; "" for null. */
export function exactText(value, scale) {
  if (value === null) return "";
  const places = PLACES[scale];
  if (!places) return String(value);
  const digits = String(magnitude(value)).padStart(places + 1, "0");
  const decimals = digits.slice(-places).replace(/0+$/, "").padEnd(2, "0");
  return `${value < 0n ? "-" : ""}${digits.slice(0, -places)}.${decimals}`;
}

/** As `exactText`, with thousands separators and a real minus: what a cell shows when it is left. */
export function cellText(value, scale) {
  const [whole, ...decimals] = exactText(value, scale).replace("-", MINUS).split(".");
  return [grouped(whole), ...decimals].join(".");
}

/** A figure as printed: a count whole, others with two decimals half up; "—" for null. */
export function figureText(value, scale, signed = false) {
  const places = Math.min(PLACES[scale], 2);
  return printed(value === null ? null : divided(value, 10n ** BigInt(PLACES[scale] - places)), signed, places);
}

/** A whole number of hundredths (of a percent, of a unit) with two decimals; "—" for null. */
export function printed(number, signed = false, places = 2) {
  if (number === null) return "—";
  const digits = String(magnitude(number)).padStart(places + 1, "0");
  const sign = number < 0n ? MINUS : signed && number > 0n ? "+" : "";
  const at = digits.length - places;
  return `${sign}${grouped(digits.slice(0, at))}${places ? "." : ""}${digits.slice(at)}`;
}

export const difference = (value, base) => (value === null || base === null ? null : value - base);

/** (value − base) ÷ |base| in hundredths of a percent; null when either is blank or the base is zero. */
export function changeRate(value, base) {
  return value === null || !base ? null : divided((value - base) * 10000n, magnitude(base));
}

/** value ÷ base in hundredths of a percent; null when either is blank or the base is zero. */
export const ratio = (value, base) => (value === null || !base ? null : divided(value * 10000n, base));

/** Whether a difference needs an explanation; `rate` in hundredths of a percent, `fen` the least amount. */
export function exceeds(value, base, { rate, fen }) {
  const gap = difference(value, base);
  if (!gap || magnitude(gap) < fen) return false;
  return !base || magnitude(gap) * 10000n >= rate * magnitude(base); // unrounded
}

const grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ",");

const magnitude = (number) => (number < 0n ? -number : number);

/** a ÷ b rounded half away from zero. */
function divided(a, b) {
  const quotient = (2n * magnitude(a) + magnitude(b)) / (2n * magnitude(b));
  return a < 0n === b < 0n ? quotient : -quotient;
}
