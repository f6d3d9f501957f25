"use strict";
// Search the table: rows that are not shown are taken out of the page, so that a key costs a phone little.
const PAGE = 50, PAUSE = 80; // rows at a time; milliseconds after the last key
const find = (id) => document.getElementById(id);
const table = find("figures"), body = table.tBodies[0], words = find("words"), lists = [...document.querySelectorAll("#search select")];
const headings = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
const rows = [...body.rows].map((element) => {
  const cells = [...element.cells].map((cell) => cell.textContent.trim());
  return { element, cells, text: cells.join("\n").toLowerCase() };
});
const columns = lists.map((list) => headings.indexOf(list.dataset.column));
let found = rows, shown = 0, waiting = 0;

function fill(list, at) {
  const option = (text, value) => list.append(new Option(text, value));
  option("all", "");
  for (const text of [...new Set(rows.map((row) => row.cells[at]))].sort()) option(text, text);
}

function matching() {
  const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => lists.every((list, at) => !list.value || row.cells[columns[at]] === list.value)
    && wanted.every((word) => row.text.includes(word)));
}

function show(count) {
  shown = Math.min(count, found.length);
  body.replaceChildren(...found.slice(0, shown).map((row) => row.element));
  find("more").hidden = shown === found.length;
  find("count").textContent = `${found.length} of ${rows.length} figures` + (shown < found.length ? `, the first ${shown} shown` : "");
}

function search() {
  found = matching();
  show(PAGE);
}

// What is asked stands in the address, so that it can be sent; an id of a figure may stand there instead.
function remember() {
  const asked = new URLSearchParams();
  for (const field of [words, ...lists]) if (field.value) asked.set(field.dataset.column || "words", field.value);
  history.replaceState(null, "", `#${asked}`);
}

function recall() {
  const at = rows.findIndex((row) => `#${row.element.id}` === location.hash);
  if (at < 0 && location.hash && !location.hash.includes("=")) return;
  const asked = new URLSearchParams(at < 0 ? location.hash.slice(1) : "");
  for (const field of [words, ...lists]) field.value = asked.get(field.dataset.column || "words") || "";
  search();
  if (at < 0) return;
  show(Math.ceil((at + 1) / PAGE) * PAGE);
  rows[at].element.classList.add("asked");
  rows[at].element.scrollIntoView({ block: "center" });
}

// A cell that a spreadsheet would take for a formula is made text; a number stays one.
// Where a semicolon parts columns, what follows one is a cell too.
const safe = (text) => (/^-?\d+(\.\d+)?$/.test(text) ? text : text.replace(/(^|;)(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/g, "$1'"));
const quoted = (text) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const csv = (lines) => lines.map((cells) => cells.map((text) => quoted(safe(text))).join(",") + "\r\n").join("");

function download() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff", csv([headings, ...found.map((row) => row.cells)])], { type: "text/csv" }));
  link.download = "figures.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

lists.forEach((list, at) => fill(list, columns[at]));
for (const { element } of rows) {
  const link = element.querySelector("a"), address = find(link.hash.slice(1)).querySelector("a");
  if (address) [link.href, link.rel] = [address.href, "noreferrer"];
}
find("search").hidden = false;
words.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(search, PAUSE);
});
words.addEventListener("change", remember);
for (const list of lists) list.addEventListener("change", () => { search(); remember(); });
find("more").addEventListener("click", () => show(shown + PAGE));
find("download").addEventListener("click", download);
window.addEventListener("hashchange", recall);
recall();
