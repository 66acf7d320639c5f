/* Nothing essential: "/" goes to the search; open or closed by the clock of Việt Nam (UTC+7), as in home/desk_hours.py. */
"use strict";

addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const fields = document.querySelectorAll("main [type=search], .find--top input");
  const field = [...fields].find((input) => input.offsetParent);
  if (!field) return;
  event.preventDefault();
  field.focus();
});

addEventListener("click", (event) => {
  if (!event.target.closest("[data-print]")) return;
  event.preventDefault();
  print();
});

/* Paper can't be unfolded: everything lies open while printing, then as it was. */
let unfolded = [];
addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll("main details:not([open])")];
  for (const fold of unfolded) fold.open = true;
});
addEventListener("afterprint", () => {
  for (const fold of unfolded) fold.open = false;
  unfolded = [];
});

const iso = (day) => day.toISOString().slice(0, 10);
const weekday = (day) => (day.getUTCDay() + 6) % 7;
const two = (number) => String(number).padStart(2, "0");
const clock = (minutes) => `${Math.floor(minutes / 60)}:${two(minutes % 60)}`;
const say = (words, ...values) => values.reduce((text, value) => text.replace("%s", value), words);

function state({ week, days, until, words, weekdays }, now) {
  const on = (day) => days[iso(day)] || [week[weekday(day)], ""];
  const minute = now.getUTCHours() * 60 + now.getUTCMinutes();
  const [spans, note] = on(now);
  const open = spans.find(([from, to]) => from <= minute && minute < to);
  if (open) return [true, say(words.open, clock(open[1]))];
  const off = note ? `${words.off} (${note})` : words.off;
  for (let n = 0; n < 60; n++) {
    const day = new Date(+now + n * 864e5);
    if (iso(day) >= until) break;
    const next = on(day)[0].find(([from]) => n || from > minute);
    if (!next) continue;
    const hour = clock(next[0]);
    if (!n && minute >= 600 && minute < 900 && spans[0][0] <= minute) return [false, say(words.break, hour)];
    const month = day.getUTCMonth() + 1;
    const date = `${weekdays[weekday(day)]} ${two(day.getUTCDate())}/${month < 3 ? two(month) : month}`;
    const when = [hour, say(words.tomorrow, hour)][n] || say(words.later, hour, date);
    return [false, say(words.shut, when).replace(words.off, off)];
  }
  return [false, off];
}

function showHours() {
  const now = new Date(Date.now() + 7 * 36e5);
  const today = iso(now);
  for (const table of document.querySelectorAll("[data-hours]")) {
    const facts = JSON.parse(table.dataset.hours);
    if (today >= facts.until) continue;
    let current;
    for (const row of table.rows) {
      const { from, to, weekdays } = row.dataset;
      row.hidden = to < today;
      row.removeAttribute("aria-current");
      if (from ? from <= today && today <= to : weekdays.includes(weekday(now))) current = row;
    }
    table.querySelector(".hours__today")?.remove();
    current?.setAttribute("aria-current", "date");
    current?.cells[0].insertAdjacentHTML("beforeend", `<span class=hours__today>${facts.words.today}</span>`);
    const place = table.closest(".desk")?.querySelector("[data-state]");
    if (!place) continue;
    const [open, words] = state(facts, now);
    place.className = `state state--${open ? "open" : "shut"}`;
    place.textContent = words;
    place.hidden = false;
  }
}

showHours();
setInterval(showHours, 6e4);
