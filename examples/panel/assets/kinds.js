// Which kinds of items are offered, while somebody chooses the two servers. The server looks at it again.
"use strict";
(() => {
  const boxes = document.querySelectorAll("[data-kinds] input[name=kind]");
  const selects = ["source", "destination"].map((side) => document.getElementById(`${side}-type`));
  if (boxes.length === 0 || selects.some((select) => !select)) return;
  const wanted = new Map([...boxes].map((box) => [box, box.checked || box.disabled]));
  const holds = (select, kind) => {
    const held = select.selectedOptions[0]?.dataset.holds;
    return !held || held.split(" ").includes(kind);
  };
  const offer = () => {
    for (const box of boxes) {
      const [source, destination] = selects.map((select) => holds(select, box.value));
      const why = box.closest("p").querySelector("[data-why]");
      box.disabled = !source || !destination;
      box.checked = !box.disabled && wanted.get(box);
      why.textContent = source ? (destination ? "" : why.dataset.destination) : why.dataset.source;
    }
  };
  for (const box of boxes) box.addEventListener("change", () => wanted.set(box, box.checked));
  for (const select of selects) select.addEventListener("change", offer);
  offer();
})();
