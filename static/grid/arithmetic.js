// What is typed in a cell after "=": + − × ÷ and brackets, worked out exactly or not at all, in whole numbers
// over whole numbers. Says the same as budgets/arithmetic.py.

const TOKEN = /[ \u3000]*([0-9]+(?:\.[0-9]*)?|[-+*/×÷()])/y;
const LONGEST = 200; // characters of an expression
const PLACES = 20; // a quotient with more decimals counts as one that never ends

class DivisionByZero extends Error {}

/** What an expression comes to, exactly: {isNegative, whole, decimals} in digits, or {mistake}. */
export function evaluate(expression) {
  const tokens = tokensOf(expression);
  let at = 0;
  const next = (signs) => tokens[at] !== undefined && signs.includes(tokens[at]) && tokens[at++];
  const factor = () => {
    const sign = next("+-");
    if (sign) return times(factor(), [sign === "-" ? -1n : 1n, 1n]);
    if (next("(")) {
      const value = sum();
      if (!next(")")) throw new SyntaxError();
      return value;
    }
    const [whole, decimals = ""] = (tokens[at++] ?? ")").split(".");
    if (!/^[0-9]/.test(whole)) throw new SyntaxError();
    return [BigInt(whole + decimals), 10n ** BigInt(decimals.length)];
  };
  const product = () => {
    let value = factor();
    for (let sign; (sign = next("*/×÷")); ) {
      const [top, bottom] = factor();
      if ("/÷".includes(sign) && top === 0n) throw new DivisionByZero();
      value = times(value, "/÷".includes(sign) ? [bottom, top] : [top, bottom]);
    }
    return value;
  };
  const sum = () => {
    let value = product();
    for (let sign; (sign = next("+-")); ) {
      const [top, bottom] = product();
      value = [value[0] * bottom + (sign === "+" ? top : -top) * value[1], value[1] * bottom];
    }
    return value;
  };
  let value = null;
  try {
    value = sum();
  } catch (error) {
    if (error instanceof DivisionByZero) return { mistake: "的除数是 0，请改一改。" };
  }
  if (!value || at !== tokens.length) return { mistake: "算不出来：等号后只能有数字、+ − × ÷ 和括号。" };
  const scaled = value[0] * 10n ** BigInt(PLACES);
  if (scaled % value[1]) return { mistake: "除不尽，系统不替您四舍五入，请直接填一个数。" };
  const number = scaled / value[1];
  const digits = String(number).replace("-", "").padStart(PLACES + 1, "0");
  const point = digits.length - PLACES;
  return { isNegative: number < 0n, whole: digits.slice(0, point), decimals: digits.slice(point) };
}

const times = ([top, bottom], [otherTop, otherBottom]) => [top * otherTop, bottom * otherBottom];

/** The numbers, signs and brackets of an expression; [] for one that holds anything else. */
function tokensOf(expression) {
  if (expression.length > LONGEST) return [];
  const found = [];
  TOKEN.lastIndex = 0;
  for (let match, end = 0; end < expression.length; end = TOKEN.lastIndex) {
    match = TOKEN.exec(expression);
    if (!match) return [];
    found.push(match[1]);
  }
  return found;
}
