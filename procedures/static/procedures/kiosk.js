/* The board at the desk: clock, open or closed, larger letters, back to the first page by itself, pages kept for when the
   network is gone. Without it every page still works. */
"use strict";

const board = document.body;
const screenAtDesk = matchMedia("(min-width: 50.01em)");
const IDLE = 90; /* seconds without a touch */
const WARNING = 20; /* of them with the countdown on screen: WCAG 2.2.1 */

/* Clock and state, by the hour of Việt Nam (portal.js). */
const now = document.querySelector("[data-now]");
const stateAt = document.querySelector("[data-board-hours]");
const weekdays = ["Chủ Nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy"];

function showNow() {
  const here = new Date(Date.now() + 7 * 36e5);
  now.querySelector("b").textContent = clock(here.getUTCHours() * 60 + here.getUTCMinutes());
  now.querySelector("[data-day]").textContent = `${weekdays[here.getUTCDay()]}, ${here.getUTCDate()}/${here.getUTCMonth() + 1}`;
  now.hidden = false;
  if (!stateAt) return;
  const facts = JSON.parse(stateAt.dataset.boardHours);
  if (iso(here) >= facts.until) return;
  const [open, words] = state(facts, here);
  stateAt.className = `state state--${open ? "open" : "shut"}`;
  stateAt.textContent = words;
  stateAt.hidden = false;
}

showNow();
setInterval(showNow, 1e4);

/* Larger letters stay for this visitor, and go with them. */
const larger = document.querySelector("[data-larger]");

function enlarge(on) {
  board.classList.toggle("kiosk--large", on);
  larger.textContent = larger.dataset.larger.split("|")[+on];
  sessionStorage.setItem("chu", on ? "to" : "");
}

if (sessionStorage.getItem("chu") === "to") enlarge(true);
larger.addEventListener("click", (event) => {
  event.preventDefault();
  enlarge(!board.classList.contains("kiosk--large"));
});

/* Back to the first page. Any touch, key or scrolling stays. */
const idle = document.querySelector("[data-idle]");
const count = idle.querySelector("b");
const said = document.querySelector("[data-idle-said]");
let touched = Date.now();

function stay() {
  touched = Date.now();
  if (idle.hidden) return;
  idle.hidden = true;
  said.textContent = "";
}

for (const kind of ["pointerdown", "keydown", "wheel", "touchmove", "input"]) {
  addEventListener(kind, stay, { passive: true, capture: true });
}

function atRest() {
  return "first" in board.dataset && !scrollY && !board.classList.contains("kiosk--large");
}

function goHome() {
  sessionStorage.removeItem("chu");
  location.replace(board.dataset.home.split("?")[0]);
}

setInterval(() => {
  const left = Math.ceil(IDLE - (Date.now() - touched) / 1e3);
  if (!screenAtDesk.matches || atRest()) return;
  if (left <= 0) return goHome();
  if (left > WARNING) return;
  if (idle.hidden) {
    idle.hidden = false;
    /* Said once; the running number is for the eyes. */
    said.textContent = say(said.dataset.idleSaid, WARNING);
  }
  count.textContent = left;
}, 500);

/* Pages for when the network is gone. */
if (navigator.serviceWorker && isSecureContext) {
  const { serviceWorker } = navigator;
  const known = serviceWorker.controller;
  const scope = board.dataset.home.split("?")[0];
  const fill = () => serviceWorker.controller?.postMessage("giu-them");
  serviceWorker.register(board.dataset.worker, { scope }).then((worker) => {
    setInterval(() => worker.update().catch(() => {}), 6e5);
    setInterval(fill, 3e4);
    fill();
  }, () => {});
  /* Something has changed: a screen that nobody uses shows it at once. */
  serviceWorker.addEventListener("controllerchange", () => {
    fill();
    if (known && atRest()) location.reload();
  });
}
