// What changes while one looks. Without this script a reload does the same.
"use strict";
(() => {
  const live = document.getElementById("live");
  if (!live || !live.dataset.events) return;
  const kept = { rate: [], queue: [] };
  // The page came just now.
  let asked = Date.now();
  let waiting = null;
  let due = 0;

  // The same page again, and of it the part that changes. Never while somebody is typing in it.
  const refresh = async () => {
    waiting = null;
    asked = Date.now();
    const inside = document.getElementById("live");
    // Whoever is somewhere in it with his keyboard or a finger stays there; the page is fetched when he has left.
    const isBusy = () => inside.contains(document.activeElement)
      || [...inside.querySelectorAll("input[type=password]")].some((field) => field.value !== "");
    if (isBusy()) { soon(5000); return; }
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", redirect: "error" });
      if (!answer.ok) { soon(10000); return; }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("live");
      if (!fresh) return;
      // He came while it was fetched: a click between its two halves would be lost.
      if (isBusy()) { soon(5000); return; }
      inside.replaceChildren(...fresh.childNodes);
      draw();
      sum();
      tell();
    } catch (gone) {
      // There may be no other event, for nothing more happens.
      soon(10000);
    }
  };
  const soon = (pause) => {
    const at = Math.max(Date.now(), asked + pause);
    // What is wanted soon does not wait for what was to come later.
    if (waiting !== null && due <= at) return;
    clearTimeout(waiting);
    due = at;
    waiting = setTimeout(refresh, at - Date.now());
  };

  // For whoever does not see it change: a state that is new, once.
  let told = null;
  const tell = () => {
    const place = document.querySelector("[data-told]");
    const states = [...document.querySelectorAll('#live [data-cell="state"]')];
    const now = live.dataset.view === "one"
      ? states.map((state) => state.textContent).join("")
      : [...document.querySelectorAll("#live .counts li:not([hidden])")].map((item) => item.textContent.trim()).join(", ");
    if (place && told !== null && told !== now) place.textContent = now;
    told = now;
  };

  const draw = () => {
    for (const [name, values] of Object.entries(kept)) {
      const chart = document.querySelector(`[data-chart="${name}"]`);
      if (!chart || values.length < 2) continue;
      const most = Math.max(1, ...values);
      const step = 240 / (120 - 1);
      const points = values.map((value, at) => `${(at * step).toFixed(1)},${(38 - 36 * value / most).toFixed(1)}`);
      chart.querySelector("polyline").setAttribute("points", points.join(" "));
      chart.hidden = false;
    }
  };
  const keep = (name, value) => {
    kept[name].push(value);
    if (kept[name].length > 120) kept[name].shift();
  };

  const put = (row, cell, text) => {
    const place = row.querySelector(`[data-cell="${cell}"]`);
    if (place && place.textContent !== String(text)) place.textContent = text;
  };

  // The page that is fetched again does not know of all of them.
  let sums = [];
  const sum = () => {
    for (const [name, text] of sums) {
      const place = document.querySelector(`[data-sum="${name}"]`);
      if (!place) continue;
      place.textContent = text;
      place.closest("span").hidden = text === "";
    }
  };

  // What is short begins and ends between two looks: only the counts tell of it, the first ones too, or that something was changed.
  let known = null;
  const hear = (event) => {
    let told;
    try { told = JSON.parse(event.data); } catch (nothing) { return; }
    const changes = JSON.stringify([told.counts, told.changed]);
    const isNew = changes !== known;
    known = changes;
    for (const [state, count] of Object.entries(told.counts)) {
      const place = document.querySelector(`[data-count="${state}"]`);
      if (!place) continue;
      place.textContent = count;
      const item = place.closest("li");
      if (item && count > 0) item.hidden = false;
    }
    // Somebody else has let the project rest, or go on.
    const head = document.querySelector("[data-held]");
    if (head && head.dataset.held !== String(told.held)) soon(2000);
    const all = document.querySelector("[data-all]");
    if (all) all.textContent = told.all;
    sums = [["rate", told.rate], ["items", told.items], ["left", told.left]];
    sum();
    keep("rate", told.bytes);
    keep("queue", told.waiting);
    draw();
    const atWork = new Map(told.rows.map((row) => [String(row.number), row]));
    for (const row of document.querySelectorAll("[data-number]")) {
      const news = atWork.get(row.dataset.number);
      const worked = row.dataset.class === "running" || row.dataset.class === "stopping";
      if (!news) {
        // It ended, or it rests: the page knows what it is now.
        if (worked) soon(2000);
        else if (isNew) soon(live.dataset.view === "one" ? 2000 : 10000);
        continue;
      }
      if (news.class !== row.dataset.class) { soon(2000); continue; }
      put(row, "items", news.items);
      put(row, "failed", news.failed);
      put(row, "bytes", news.bytes);
      put(row, "rate", news.rate);
      put(row, "remark", news.remark);
      const bar = row.querySelector("progress");
      if (bar && news.percent !== null) bar.value = news.percent;
    }
    // What else is on the page of one of them is a report that is read as a whole: not often.
    const isAtWork = [...document.querySelectorAll("[data-number]")].some((row) => atWork.has(row.dataset.number));
    if (live.dataset.view === "one" && isAtWork) soon(20000);
  };

  tell();
  const source = new EventSource(live.dataset.events);
  source.onmessage = hear;
  // Where events do not come through, asking now and then does.
  let asking = null;
  source.onerror = () => {
    if (source.readyState !== EventSource.CLOSED) soon(10000);
    else asking ??= setInterval(() => soon(0), 10000);
  };
  addEventListener("pagehide", () => source.close());
})();
