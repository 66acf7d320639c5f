{% autoescape off %}/* Keeps one unit's board while the network is gone. Each content has a store of its own; pages come from it at once and are fetched
   anew behind it. */
"use strict";

const BOARD = {{ facts }};
const STORE = `bang-niem-yet ${BOARD.home}`;
const CURRENT = `${STORE} ${BOARD.version}`;
const MOST = 1500;
const STEP = 20;

addEventListener("install", (event) => event.waitUntil(begin()));
addEventListener("activate", (event) => event.waitUntil(takeOver()));
addEventListener("message", (event) => {
  if (event.data === "giu-them") event.waitUntil(keepMore());
});
addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  const isPage = url.pathname.startsWith(BOARD.home) && !url.pathname.endsWith("/sw.js") && !url.pathname.includes("/so-tay/");
  if (isPage || url.pathname.startsWith(BOARD.statics)) event.respondWith(answer(event, url));
});

async function begin() {
  const store = await caches.open(CURRENT);
  await store.addAll(BOARD.core);
  await skipWaiting();
}

async function takeOver() {
  for (const name of await caches.keys()) {
    if (name.startsWith(`${STORE} `) && name !== CURRENT) await caches.delete(name);
  }
  await clients.claim();
}

/* A few procedures more, one after the other: no board may keep the server busy. */
let isKeeping = false;
async function keepMore() {
  if (isKeeping) return;
  isKeeping = true;
  try {
    const store = await caches.open(CURRENT);
    let left = STEP;
    for (const address of BOARD.rest) {
      if (!left) break;
      if (await store.match(address)) continue;
      left -= 1;
      await fetched(store, new Request(address));
    }
  } catch {
    /* No network: the next call goes on. */
  } finally {
    isKeeping = false;
  }
}

/* Larger letters are a matter of the page itself: one copy of it is kept. */
function keyOf(url) {
  const key = new URL(url);
  key.searchParams.delete("chu");
  key.hash = "";
  return key.href;
}

async function fetched(store, request) {
  const key = keyOf(request.url);
  const response = await fetch(request);
  if (response.ok && !response.redirected && request.url === key) {
    await store.put(key, response.clone());
    const keys = await store.keys();
    if (keys.length > MOST) await store.delete(keys[0]);
  } else if (response.status === 404 || response.status === 410) {
    await store.delete(key);
  }
  return response;
}

async function answer(event, url) {
  const store = await caches.open(CURRENT);
  /* What somebody typed is not kept. */
  const isSearch = url.searchParams.has("q");
  const kept = isSearch ? undefined : await store.match(keyOf(url.href));
  if (kept) {
    event.waitUntil(fetched(store, event.request).catch(() => {}));
    return kept;
  }
  try {
    return await (isSearch ? fetch(event.request) : fetched(store, event.request));
  } catch {
    return (event.request.mode === "navigate" && (await store.match(BOARD.offline))) || Response.error();
  }
}
{% endautoescape %}
