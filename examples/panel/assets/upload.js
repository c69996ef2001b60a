// A file in pieces (tus 1.0): each is checked by its digest, and what was cut off goes on where it was, in this tab or in
// another one. Without this script the form sends the file as a whole.
"use strict";
(() => {
  const form = document.querySelector("form[data-tus]");
  if (!form) return;
  const PIECE = 4 * 1024 * 1024;
  const input = form.querySelector("input[type=file]");
  const button = form.querySelector("button[type=submit]");
  const status = form.querySelector("[data-status]");
  const bar = form.querySelector("[data-progress]");
  const drop = form.querySelector("[data-drop]");
  const say = (word) => { status.textContent = form.dataset[word]; };
  const headers = { "Tus-Resumable": "1.0.0", "X-Form-Token": form.dataset.token };

  const base64 = (bytes) => {
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  };
  // Browsers have it where the line is protected, or leads to this machine itself.
  const digest = async (bytes) => globalThis.crypto?.subtle
    ? base64(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)))
    : null;
  const pause = (count) => new Promise((done) => setTimeout(done, Math.min(30, 2 ** count) * 1000));

  class Refused extends Error {}
  class Other extends Error {}
  // Whatever the network does is tried again; what the server says is the end.
  const ask = async (place, request, isGood) => {
    for (let count = 0; ; count += 1) {
      try {
        const answer = await fetch(place, { credentials: "same-origin", redirect: "error", ...request });
        if (isGood(answer)) return answer;
        const isPassing = answer.status >= 500 || [409, 423, 429, 460].includes(answer.status);
        if (!isPassing || count > 20) throw new Refused(String(answer.status));
      } catch (trouble) {
        if (trouble instanceof Refused || count > 100) throw trouble;
      }
      say("sayAgain");
      await pause(count);
      if (request.method === "PATCH") return null;
    }
  };

  const begun = (file) => {
    const rows = [...document.querySelectorAll("[data-upload]")];
    const isSame = (row) => row.dataset.name.toLowerCase() === file.name.toLowerCase()
      && Number(row.dataset.size) === file.size && Number(row.dataset.there) < file.size;
    const row = rows.find(isSame);
    return row ? `${form.dataset.tus}/${row.dataset.upload}` : null;
  };
  const announce = async (file) => {
    const name = base64(new TextEncoder().encode(file.name));
    const request = { method: "POST", headers: { ...headers, "Upload-Length": String(file.size), "Upload-Metadata": `filename ${name}` } };
    return (await ask(form.dataset.tus, request, (answer) => answer.status === 201)).headers.get("Location");
  };
  const there = async (place) => {
    const answer = await ask(place, { method: "HEAD", headers }, (found) => found.ok);
    return Number(answer.headers.get("Upload-Offset"));
  };

  // A file that has changed since, or another one of this name and size, would be sewn onto what is there.
  const compare = async (file, place) => {
    const answer = await ask(place, { method: "GET", headers }, (found) => found.ok);
    for (const line of (await answer.text()).split("\n")) {
      const [at, length, sum] = line.split(" ");
      if (!sum) continue;
      const bytes = await file.slice(Number(at), Number(at) + Number(length)).arrayBuffer();
      const own = await digest(bytes);
      if (own !== null && own !== sum) throw new Other();
    }
  };

  const send = async (file) => {
    const place = begun(file) ?? await announce(file);
    let at = await there(place);
    bar.hidden = false;
    if (at > 0) {
      say("sayComparing");
      await compare(file, place);
    }
    while (at < file.size) {
      bar.value = 100 * at / file.size;
      say("saySending");
      const bytes = await file.slice(at, at + PIECE).arrayBuffer();
      const piece = { ...headers, "Upload-Offset": String(at), "Content-Type": "application/offset+octet-stream" };
      const sum = await digest(bytes);
      if (sum !== null) piece["Upload-Checksum"] = `sha256 ${sum}`;
      const answer = await ask(place, { method: "PATCH", headers: piece, body: bytes }, (found) => found.status === 204);
      // Cut off: how far did it come?
      at = answer ? Number(answer.headers.get("Upload-Offset")) : await there(place);
    }
    bar.value = 100;
    say("sayDone");
  };

  const go = async (files) => {
    button.disabled = true;
    try {
      for (const file of files) {
        if (file.size > Number(form.dataset.largest)) { say("sayLarge"); return; }
        await send(file);
      }
      location.href = `${location.pathname}?said=file-kept`;
    } catch (trouble) {
      say(trouble instanceof Other ? "sayOther" : "sayRefused");
    } finally {
      button.disabled = false;
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.files.length > 0) go([...input.files]);
  });
  input.multiple = true;
  form.querySelector("[data-drop-hint]").hidden = false;
  for (const name of ["dragover", "dragenter"]) {
    drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("is-over"); });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("is-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("is-over");
    if (event.dataTransfer.files.length > 0) go([...event.dataTransfer.files]);
  });
})();
