"use strict";
// A card on each number: the figures behind it, and how to cite it. Without scripts the link leads to their rows.
(() => {
  const list = document.getElementById("behind"), template = document.querySelector("template");
  if (!list || !template) return;
  const card = document.body.appendChild(template.content.firstElementChild.cloneNode(true));
  const place = (name) => card.querySelector(`[data-fill="${name}"]`);
  const items = card.querySelector("ol"), item = items.firstElementChild, cite = card.querySelector(".cite"), status = card.querySelector("[role=status]");
  const columns = [...list.tHead.rows[0].cells].map((cell) => cell.dataset.field);
  const filled = (text, fields) => text.replace(/\{(\w+)\}/g, (all, name) => fields[name] ?? all);
  const numberOf = (event) => event.target instanceof Element ? event.target.closest(".number-link") : null;
  let link = null, timer = 0, tapped = null, returning = false;

  const notes = (of) => of.dataset.sources.split(", ").flatMap((span) => {
    const [first, last = first] = span.split("–").map(Number);
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  });
  function fields(note) {
    const row = document.getElementById(`source-${note}`);
    const found = Object.fromEntries(columns.map((name, at) => [name, row.cells[at].textContent]));
    const above = row.parentElement.rows[0], named = above.querySelectorAll("[data-field]");
    for (const part of named) found[part.dataset.field] = part.textContent;
    return { ...found, url: above.querySelector("a")?.getAttribute("href") ?? "" };
  }
  function open(of) {
    if (link === of) return;
    close();
    link = of;
    const all = notes(of), shown = all.slice(0, list.dataset.most).map(fields), left = all.length - shown.length;
    const value = of.querySelector("data"), figures = shown.map((found) => filled(list.dataset.cite_figure, found));
    const more = left > 0 ? filled(list.dataset.cite_more, { more: left }) : "";
    const told = { text: value.textContent, count: all.length, more };
    for (const [name, text] of Object.entries(told)) place(name).textContent = text;
    place("one").hidden = !(place("many").hidden = all.length === 1);
    items.replaceChildren(...shown.map((found) => {
      const copy = item.cloneNode(true);
      for (const part of copy.querySelectorAll("[data-field]")) part.textContent = found[part.dataset.field];
      return copy;
    }));
    place("row").href = of.hash;
    const said = { ...told, id: value.dataset.id, figures: [...figures, more].join(" ").trim(), ...list.dataset };
    cite.textContent = filled(list.dataset.cite_number, said);
    items.hidden = place("more").hidden = !(cite.hidden = true);
    status.textContent = "";
    of.setAttribute("aria-describedby", "card-text");
    card.hidden = false;
    put();
  }
  // Under the number, or over it where there is more room: never on it, and never off the screen.
  function put() {
    const at = link.getBoundingClientRect(), width = document.documentElement.clientWidth, gap = 6;
    const under = innerHeight - at.bottom - 2 * gap, over = at.top - 2 * gap;
    card.style.maxHeight = "";
    const below = under >= Math.min(card.offsetHeight, over);
    card.style.maxHeight = `${Math.max(below ? under : over, 120)}px`;
    card.style.left = `${scrollX + Math.max(gap, Math.min(at.left, width - card.offsetWidth - gap))}px`;
    card.style.top = `${scrollY + (below ? at.bottom + gap : at.top - gap - card.offsetHeight)}px`;
  }
  function close() {
    clearTimeout(timer);
    link?.removeAttribute("aria-describedby");
    card.hidden = !(link = null);
  }
  const leave = () => { if (![link, ...card.querySelectorAll("*")].includes(document.activeElement)) timer = setTimeout(close, 300); };

  document.addEventListener("pointerover", (event) => {
    const over = numberOf(event);
    if (event.pointerType === "touch") return;
    clearTimeout(timer);
    if (over && over !== link) timer = setTimeout(open, 200, over);
    else if (!over && !card.contains(event.target)) leave();
  });
  document.documentElement.addEventListener("pointerleave", leave);
  document.addEventListener("pointerdown", (event) => {
    const over = numberOf(event);
    tapped = event.pointerType === "touch" && over !== link ? over : null;
    if (!over && !card.contains(event.target)) close();
  });
  document.addEventListener("click", (event) => {
    const over = numberOf(event);
    if (!over) return event.target === place("row") && close();
    if (over !== tapped) return close();
    event.preventDefault();
    open(over);
  });
  document.addEventListener("focusin", (event) => {
    const over = numberOf(event);
    if (over && !returning) open(over);
    else if (!card.contains(event.target)) close();
  });
  document.addEventListener("focusout", (event) => event.relatedTarget || leave());
  // The card stands at the end of the page, but Tab finds it after its number.
  document.addEventListener("keydown", (event) => {
    if (!link) return;
    const inside = card.contains(document.activeElement), stops = [...card.querySelectorAll("a, button, .cite:not([hidden])")];
    const at = stops.indexOf(document.activeElement), next = at + (event.shiftKey ? -1 : 1);
    if (event.key === "Escape" || (event.key === "Tab" && inside && !stops[next])) {
      returning = true; // so that the focus, back on the number, does not open the card again
      if (inside) link.focus({ preventScroll: true });
      returning = false;
      if (event.key === "Tab" && event.shiftKey) event.preventDefault();
      close();
    } else if (event.key === "Tab" && (inside || (document.activeElement === link && !event.shiftKey))) {
      event.preventDefault();
      stops[inside ? next : 0].focus();
    }
  });
  card.querySelector("button").addEventListener("click", async () => {
    items.hidden = place("more").hidden = !(cite.hidden = false);
    if (link) put();
    getSelection().selectAllChildren(cite);
    status.textContent = await navigator.clipboard?.writeText(cite.textContent).then(() => "Copied.", () => "") || "Selected: copy it.";
  });
  addEventListener("resize", close);
})();
