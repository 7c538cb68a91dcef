// Amounts as exact whole fen (分, BigInt), never as floating point. Says the same as budgets/money.py and
// budgets/measures.py: null is blank, which is not zero; rounding is half away from zero.

const MINUS = "−";
const LIMIT = 10n ** 15n; // 10¹³ yuan in fen
const PLACES = { yuan: 2, wan: 6 };
const BLANK = new Set(["", "-", "—", "——"]);
const NUMBER = /^([-+]?)([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]*))?$/;
const INVISIBLE = /[\s\x1c-\x1f\x85\u200b-\u200f\u2060\ufeff]+/g;

export const UNITS = { yuan: "元", wan: "万元" };

/** What a person means by `text`: {value: fen or null, error: "" or one Chinese sentence}. Never rounds. */
export function parseAmount(text, unit) {
  const half = text.replace(/[！-～]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0xfee0));
  let plain = half.replace(/[−–]/g, "-").replace(INVISIBLE, "");
  if (BLANK.has(plain)) return { value: null, error: "" };
  if (plain.startsWith("(") && plain.endsWith(")")) plain = `-${plain.slice(1, -1)}`;
  const match = NUMBER.exec(plain);
  if (!match) return refused(`“${shorten(text)}”不是金额，请只填数字，例如 1,385.50；没有数就留空。`);
  const [, sign, whole, decimals = ""] = match;
  const places = PLACES[unit];
  const fen = BigInt(whole.replaceAll(",", "") + decimals.padEnd(places, "0").slice(0, places));
  if (fen >= LIMIT) return refused("金额太大（整数部分超过 13 位，按元计），请检查单位是元还是万元。");
  if (/[1-9]/.test(decimals.slice(places))) {
    return refused(`最多填 ${places} 位小数（精确到分），系统不替您四舍五入，请核对后重填。`);
  }
  return { value: sign === "-" ? -fen : fen, error: "" };
}

const refused = (error) => ({ value: null, error });

function shorten(text, length = 20) {
  const letters = [...text.trim().replace(/\s+/g, " ")];
  return letters.length <= length ? letters.join("") : `${letters.slice(0, length).join("")}…`;
}

/** Plain digits with an ASCII minus, at least two decimals, none lost; "" for null. */
export function exactText(fen, unit) {
  if (fen === null) return "";
  const places = PLACES[unit];
  const digits = String(magnitude(fen)).padStart(places + 1, "0");
  const decimals = digits.slice(-places).replace(/0+$/, "").padEnd(2, "0");
  return `${fen < 0n ? "-" : ""}${digits.slice(0, -places)}.${decimals}`;
}

/** As `exactText`, with thousands separators and a real minus: what a cell shows when it is left. */
export function cellText(fen, unit) {
  const [whole, decimals] = exactText(fen, unit).replace("-", MINUS).split(".");
  return fen === null ? "" : `${grouped(whole)}.${decimals}`;
}

/** An amount as printed: two decimals half up; "—" for null. */
export function amountText(fen, unit, signed = false) {
  return printed(fen === null ? null : divided(fen, 10n ** BigInt(PLACES[unit] - 2)), signed);
}

/** Hundredths (of a percent, of a unit) with two decimals; "—" for null. */
export function printed(hundredths, signed = false) {
  if (hundredths === null) return "—";
  const digits = String(magnitude(hundredths)).padStart(3, "0");
  const sign = hundredths < 0n ? MINUS : signed && hundredths > 0n ? "+" : "";
  return `${sign}${grouped(digits.slice(0, -2))}.${digits.slice(-2)}`;
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
