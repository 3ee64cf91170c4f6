// Puts text where the cursor of a plain field is, or at its end if there was none yet.

const visited = new WeakSet();
document.addEventListener("focusin", ({ target }) => visited.add(target));

export const insertAt = (field, text) => {
  const wasVisited = visited.has(field);
  field.focus();
  const [start, end] = wasVisited ? [field.selectionStart, field.selectionEnd] : [field.value.length, field.value.length];
  field.setRangeText(text, start, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
};

// A menu of fields beside an input; `menu` is the template that holds it.
export const offerFields = (field, menu) => {
  const select = menu.content.querySelector("select").cloneNode(true);
  const label = document.querySelector(`label[for="${field.id}"]`)?.firstChild?.textContent.trim();
  if (label) select.setAttribute("aria-label", `${select.getAttribute("aria-label")}: ${label}`);
  const holder = document.createElement("div");
  holder.className = "takes-fields";
  field.replaceWith(holder);
  holder.append(field, select);
  select.addEventListener("change", () => {
    const text = select.value;
    select.value = "";
    if (text) insertAt(field, text);
  });
};
