// Adds a box that ticks all boxes of the page, and takes ticking one for meaning those ticked.

for (const place of document.querySelectorAll("[data-tick-all]")) {
  const boxes = [...document.querySelectorAll(`input[name="${place.dataset.tickAll}"]`)];
  const label = document.createElement("label");
  const all = document.createElement("input");
  all.type = "checkbox";
  label.append(all, place.dataset.label);
  place.append(label);

  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
  });
  for (const box of boxes) box.addEventListener("change", show);
  show();
}
