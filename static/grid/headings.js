// The heading of a pasted block: which column of ours each of its columns is, by its words and not by its place.

import { parseFigure } from "./decimal.js";

const DEEPEST = 6; // rows among which a heading is looked for: titles may stand above it
const SYNONYMS = { // without 数, 金额 and brackets at the end; 上年 stands before what is of last year
  last_year_budget: ["上年预算"],
  last_year_outturn: ["上年执行", "上年全年执行", "上年支出决算", "上年收入决算"],
  initial_budget: ["预算", "预算安排"],
  revised_budget: ["调整预算", "调整后预算", "调整后全年预算"],
  outturn: ["执行", "全年执行", "支出决算", "收入决算", "预算执行", "实际支出"],
  variance_reason: ["原因", "原因说明", "变动原因", "差异原因说明"],
  name: ["项目", "名称", "三级", "指标名称"],
  code: ["编码", "项目代码"],
  kind: ["项目类别"],
  second_level: ["二级"],
  direction: ["指标方向", "指标值类型", "指标类型", "性质", "方向"],
  target_value: ["指标值", "目标值", "年初目标值", "年度目标值", "年初指标值"],
  measuring_unit: ["度量单位", "指标单位"],
  actual_value: ["完成值", "实际值", "全年完成值", "全年实际值"],
  max_score: ["权重", "分值权重"],
  score: ["自评得分"],
  deviation_reason: ["偏差原因分析", "偏差原因及改进措施", "偏差原因分析及改进措施", "未完成原因", "未完成原因分析"],
  improvement_measure: ["整改措施", "改进措施及建议"],
  explanation: ["得分说明", "自评说明"],
  evidence: ["佐证资料", "证明材料"],
  data_source: ["资料来源", "数据来源及依据"],
  authorized: ["编制", "核定编制"],
  in_service: ["实有人", "实有", "在职人", "年末在职人"],
  opening: ["年初结转结余", "上年结转和结余", "上年结转结余"],
  closing: ["年末结转结余"],
};
const CODE = /(编码|代码)$/; // of a schedule whose rows are not named by the unit: what tells them
const NAME = /^(.*(科目|项目)名称|名称|(收入|支出|.*分类)?(科目|项目)|(科目)?编码、名称)$/;
const SILENT = /^(一级(指标)?|序号|行次|栏次|较.*|差额.*|差异.*|增减.*|变动.*|.*执行率.*|.*占比.*|.*控制率|计算得分|%)$/; // not filled in
const UNIT = /(?:\(|单位:?)(?:单位:?)?([亿万千百]*元)/;
const KNOWN_UNITS = ["元", "万元", "亿元"];
const OF_YEARS = /^(上年|本年)/;

export const plain = (text) => text.normalize("NFKC").replace(/\s/g, "");

const tidy = (text) => plain(text).replace(/\([^()]*\)|单位:?[亿万千百]*元/g, "");

const stem = (words) => words.replace(/(数|金额|额)$/, "") || words;

/** What stands above the figures: {names, units, depth, unknown, guessed}, by column of the block; null for no heading.
 *  A name is "" for a column that is none of ours; in schedules whose rows are not named, "code" and "name" tell the
 *  row. `depth` counts the rows that are no data; `unknown` has titles, `guessed` what 预算数 was taken for, or "". */
export function readHeading(block, sheet) {
  const titled = titlesOf(sheet);
  const inYears = (text) => ofYears(tidy(text), sheet.grid.year);
  const isTitle = (text) => nameOf([inYears(text)], titled, sheet) !== "";
  const isHeading = (line) => {
    const filled = line.filter((text) => text.trim() !== "");
    if (line.some(isFigure)) return false;
    if (filled.length === 1) return isTitle(filled[0]);
    return filled.filter((text) => isTitle(text) || OF_YEARS.test(inYears(text)) || SILENT.test(tidy(text))).length > 1;
  };
  const first = block.slice(0, DEEPEST).findIndex(isHeading);
  if (first < 0 || block.slice(0, first).some((line) => line.some(isFigure))) return null;
  const { length } = block.slice(first + 1, first + 3).filter((line, at, next) => next.slice(0, at + 1).every(isHeading));
  const rows = block.slice(first, first + 1 + length);
  const width = Math.max(...block.map((line) => line.length));
  const paths = Array.from({ length: width }, (_, at) => pathOf(rows, at));
  const general = UNIT.exec(plain(block.slice(0, first + 1 + length).flat().filter((text) => /单位/.test(text)).join("")))?.[1];
  const heading = { names: [], units: [], depth: first + 1 + length, unknown: [], guessed: "" };
  for (const path of paths) {
    const own = [...path].reverse().map((text) => UNIT.exec(plain(text))?.[1]).find(Boolean);
    const unit = own ?? general ?? "";
    let name = nameOf(path.map(inYears), titled, sheet);
    if (heading.names.includes(name) || (sheet.column[name]?.kind === "amount" && unit && !KNOWN_UNITS.includes(unit))) name = "";
    const title = path.at(-1)?.trim() ?? "";
    if (!name && title && !path.some((text) => SILENT.test(tidy(text)))) heading.unknown.push(title);
    if (name === "initial_budget" && stem(inYears(title)) === "预算") heading.guessed = title;
    heading.names.push(name);
    heading.units.push(unit);
  }
  return heading;
}

/** The texts above a column from the top down; one merged over several columns stands in the first of them. */
function pathOf(rows, at) {
  const texts = rows.map((line, depth) => {
    if (depth === rows.length - 1) return line[at] ?? "";
    return line.slice(0, at + 1).findLast((text) => text.trim() !== "") ?? "";
  });
  const isTall = !texts.at(-1).trim(); // merged over the rows: what stands above is its own
  return (isTall ? rows.map((line) => line[at] ?? "") : texts).filter((text) => text.trim() !== "");
}

/** Our own titles and what else they are called → column. */
function titlesOf({ columns }) {
  const own = columns.map(({ name, title }) => [stem(tidy(title)), name]);
  const others = columns.flatMap(({ name }) => (SYNONYMS[name] ?? []).map((word) => [word, name]));
  return new Map([...others, ...own]);
}

/** With the two years by their names: "2022年度决算数" is 上年决算数. */
function ofYears(words, year) {
  return words.replace(new RegExp(`${year - 1}年度?|去年|上年度`, "g"), "上年").replace(new RegExp(`${year}年度?|本年度`, "g"), "本年");
}

/** The column that words above each other mean; "" for none. */
function nameOf(words, titled, sheet) {
  const leaf = words.at(-1) ?? "";
  const bare = stem(leaf.replace(/上年|本年/g, ""));
  const tried = words.some((each) => each.includes("上年")) ? [`上年${bare}`] : [stem(leaf), bare];
  const found = tried.map((each) => titled.get(each)).find(Boolean);
  if (found || sheet.isNamed) return found ?? "";
  return CODE.test(leaf) ? "code" : NAME.test(leaf) ? "name" : "";
}

const isFigure = (text) => parseFigure(text, "wan").value !== null;
