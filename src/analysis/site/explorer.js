"use strict";
// A chart of one series, as a reader knew it on a day. What is drawn is what the Python charts draw: the rows come in the
// order in which later ones replace earlier ones (`replacements` in explorer.py), so choosing is taking the last one seen.
function known(rows, day) {
  const years = new Map();
  for (const row of rows) if (row[0] <= day) years.set(row[1], row);
  const points = [...years.values()].filter((row) => row[2] !== null).map(([, year, value, release, status, compiled, figure]) =>
    ({ year, value, release, status, figure, compiled, hollow: status !== "final" && status !== "estimate" }));
  return points.sort((one, other) => one.year - other.year);
}

// A line leads from one year to the next where both figures come from one release and the method is the same.
function joined(before, point, broken) {
  return point.year === before.year + 1 && point.release === before.release && point.hollow === before.hollow
    && !point.compiled && !broken.includes(point.year);
}

// The longest unbroken stretch at one level, worked out in Python for the newest day; its first year shown is one hundred.
function indexed(levels, first) {
  const shown = levels.filter(([year]) => year >= first);
  return shown.map(([year, level, chained]) => ({ year, value: (100 * level) / shown[0][1], release: "", hollow: chained, status: chained ? "chained" : "one release" }));
}

function explore(place, data) {
  const made = (name, attributes = {}, ...children) => {
    const element = name.startsWith("svg:") ? document.createElementNS("http://www.w3.org/2000/svg", name.slice(4)) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };
  const number = (value) => value.toLocaleString("en-US", { maximumFractionDigits: value < 1000 ? 1 : 0 });
  const list = (label) => {
    const select = made("select");
    controls.append(made("label", {}, label, select));
    return select;
  };
  // Fill a list and keep what was chosen, or the nearest before it.
  const fill = (select, options, wanted) => {
    select.replaceChildren(...options.map(([value, text]) => new Option(text, value)));
    const values = options.map(([value]) => String(value));
    select.value = values.includes(String(wanted)) ? wanted : values.filter((value) => value <= String(wanted)).sort().pop() ?? values[0];
  };
  const unique = (pairs) => [...new Map(pairs)];
  const controls = made("div", { class: "controls", role: "group", "aria-label": "What the chart shows" });
  const measure = list("Measure"), agency = list("Estimate by"), first = list("From year"), form = list("Shown as"), day = list("As known on");
  const title = made("strong"), words = made("span", { role: "status" }), picture = made("div", { role: "img" });
  const rows = made("tbody"), head = made("tr"), region = made("div", { class: "table", tabindex: "0", role: "region", "aria-label": "Figures shown" });
  const caption = made("caption");
  region.append(made("table", {}, caption, made("thead", {}, head), rows));
  const details = made("details", {}, made("summary", {}, "The figures shown"), region);

  function choose() {
    fill(measure, unique(data.series.map((one) => [one.measure, one.label])), measure.value || data.first.measure);
    const agencies = data.series.filter((one) => one.measure === measure.value);
    fill(agency, agencies.map((one) => [one.agency, one.by]), agency.value || data.first.agency);
    const one = agencies.find((some) => some.agency === agency.value);
    const days = [...new Set(one.rows.map(([since]) => since))].sort().filter((since) => known(one.rows, since).length);
    const newest = !day.value || day.selectedIndex === 0;
    fill(day, days.reverse().map((since, at) => [since, at ? since : `${since}, the newest`]), newest ? days[0] : day.value);
    const years = [...new Set(known(one.rows, day.value).map(({ year }) => year))];
    fill(first, years.map((year) => [year, year]), first.value || data.first.year);
    const levels = day.selectedIndex ? [] : one.index.filter(([year]) => year >= first.value);
    fill(form, [["level", one.unit], ...(levels.length > 1 ? [["index", `index, ${levels[0][0]} is 100`]] : [])], form.value || "level");
    const index = form.value === "index";
    show(one, index, index ? indexed(one.index, first.value) : known(one.rows, day.value).filter(({ year }) => year >= first.value));
  }

  function show(one, index, points) {
    const unit = index ? "" : ` ${one.unit}`, [start, end] = [points[0], points[points.length - 1]];
    title.textContent = `${one.label}, ${data.place}, by ${one.by}: ${number(start.value)}${unit} in ${start.year}, ${number(end.value)}${unit} in ${end.year}`;
    const hollow = points.some((point) => point.hollow);
    words.textContent = index
      ? `As known on ${day.value}; ${start.year} is 100; the longest unbroken stretch, at the level of its last year${hollow ? "; hollow: chained" : ""}.`
      : `As known on ${day.value}; ${points.length} years; lines join figures of one release only${hollow ? "; hollow: leaked or provisional" : ""}. `
        + (start.release === end.release ? "" : "The first and the last come from two releases: between them a rise may be a revision. ")
        + (day.selectedIndex ? "There is no index for an earlier day: its growth is worked out for the newest day only." : "");
    picture.setAttribute("aria-label", `${title.textContent}. ${words.textContent} All figures stand in the table below.`);
    picture.replaceChildren(drawn(points, index ? [] : one.broken, index, colours[one.measure] || "deaths", one.by));
    caption.textContent = title.textContent;
    const heads = ["Year", index ? "Index" : `Value, ${one.unit}`, ...(index ? ["By"] : ["Release", "Status"])];
    head.replaceChildren(...heads.map((text) => made("th", { scope: "col" }, text)));
    rows.replaceChildren(...points.map((point) => made("tr", {}, made("th", { scope: "row" }, String(point.year)),
      made("td", {}, index ? number(point.value) : made("a", { href: `../figures.html#${point.figure}` }, number(point.value))),
      ...(index ? [] : [made("td", {}, point.release)]), made("td", {}, point.status.replace("_", " ")))));
  }

  const colours = { coca_area: "area", cocaine_output: "output", cocaine_output_export_quality: "output", fresh_leaf_yield: "yield" };
  function drawn(points, broken, index, colour, label) {
    const [from, to] = [points[0].year - 0.6, points[points.length - 1].year + 0.6], top = 1.08 * Math.max(...points.map(({ value }) => value));
    const x = (year) => 74 + (308 * (year - from)) / (to - from), y = (value) => 308 - (296 * value) / (top || 1);
    const svg = made("svg:svg", { viewBox: "0 0 500 340" }), stroke = `var(--${colour})`;
    const text = (at, words, more) => svg.append(made("svg:text", { x: at[0], y: at[1], fill: "var(--ink)", "font-size": 14, ...more }, words));
    const line = (a, b, more) => svg.append(made("svg:line", { x1: a[0], y1: a[1], x2: b[0], y2: b[1], stroke, "stroke-width": 2.2, ...more }));
    const rough = top / 6, power = 10 ** Math.floor(Math.log10(rough || 1)), step = [1, 2, 5, 10].find((some) => some * power >= rough) * power;
    for (let value = 0; value <= top; value += step) {
      line([74, y(value)], [382, y(value)], { stroke: "var(--rule)", "stroke-width": 1 });
      text([68, y(value) + 5], number(value), { "text-anchor": "end" });
    }
    const every = Math.ceil((to - from) / 7);
    for (const { year } of points) if ((points[points.length - 1].year - year) % every === 0) text([x(year), 330], String(year), { "text-anchor": "middle" });
    points.forEach((point, at) => {
      const before = points[at - 1];
      if (before && (index ? point.year === before.year + 1 : joined(before, point, broken)))
        line([x(before.year), y(before.value)], [x(point.year), y(point.value)], point.hollow || before.hollow ? { "stroke-dasharray": "6 4" } : {});
    });
    for (const point of points) svg.append(made("svg:circle", { cx: x(point.year), cy: y(point.value), r: 4, stroke, "stroke-width": 2, fill: point.hollow ? "var(--page)" : stroke }));
    const lines = label.split(" "), height = Math.min(y(points[points.length - 1].value) + 5, 313 - 16 * (lines.length - 1));
    lines.forEach((words, at) => text([392, height + 16 * at], words, { fill: stroke, "font-weight": "bold" }));
    return svg;
  }

  place.replaceWith(controls, made("div", { id: "explorer" }, title, words, picture, details));
  controls.addEventListener("change", choose);
  choose();
}

{
  const place = document.getElementById("explorer"), data = document.getElementById("explored");
  if (place && data) explore(place, JSON.parse(data.textContent));
}
