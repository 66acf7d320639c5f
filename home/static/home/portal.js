/* Nothing essential: "/" goes to the search field; today's hours and "open or closed" where hours are shown.
   The desk's clock is that of Việt Nam (UTC+7, no summer time), whatever the reader's machine thinks. */
"use strict";

addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const fields = [...document.querySelectorAll("main input[type=search], .find--top input")];
  const field = fields.find((input) => input.offsetParent);
  if (!field) return;
  event.preventDefault();
  field.focus();
});

const iso = (day) => day.toISOString().slice(0, 10);
const two = (number) => String(number).padStart(2, "0");
const clock = (minutes) => `${Math.floor(minutes / 60)}:${two(minutes % 60)}`;
const say = (words, ...values) => values.reduce((text, value) => text.replace("%s", value), words);

function state(facts, now) {
  const { week, days, until, words, weekdays } = facts;
  const on = (day) => days[iso(day)] || [week[(day.getUTCDay() + 6) % 7], ""];
  const minute = now.getUTCHours() * 60 + now.getUTCMinutes();
  const [spans, note] = on(now);
  const open = spans.find(([from, to]) => from <= minute && minute < to);
  if (open) return [true, say(words.open, clock(open[1]))];
  const off = note ? `${words.off} (${note})` : words.off;
  for (let n = 0; n <= 60; n++) {
    const day = new Date(+now + n * 864e5);
    if (iso(day) >= until) break;
    const next = on(day)[0].find(([from]) => n || from > minute);
    if (!next) continue;
    const hour = clock(next[0]);
    if (!n && minute >= 600 && minute < 900 && spans[0][0] <= minute) return [false, say(words.break, hour)];
    const month = day.getUTCMonth() + 1;
    const date = `${weekdays[(day.getUTCDay() + 6) % 7]} ${two(day.getUTCDate())}/${month < 3 ? two(month) : month}`;
    const when = n > 1 ? say(words.later, hour, date) : n ? say(words.tomorrow, hour) : hour;
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
    const rows = [...table.querySelectorAll("tr")];
    for (const row of rows) row.hidden = row.dataset.to < today;
    const weekday = String((now.getUTCDay() + 6) % 7);
    const row =
      rows.find(({ dataset: { from, to } }) => from <= today && today <= to) ||
      rows.find(({ dataset: { weekdays } }) => weekdays && weekdays.includes(weekday));
    for (const other of table.querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
    table.querySelector(".hours__today")?.remove();
    if (row) {
      row.setAttribute("aria-current", "date");
      const mark = document.createElement("span");
      mark.className = "hours__today";
      mark.textContent = ` (${facts.words.today})`;
      row.cells[0].append(mark);
    }
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
