// Labels the cells of tables with their headings, so that rows can be cards on a phone.

const ROLES = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };

// another `display` takes the roles of table parts away in some browsers
const keepRoles = (table) => {
  for (const part of [table, ...table.querySelectorAll("thead, tbody, tr, td")]) {
    part.setAttribute("role", ROLES[part.tagName]);
  }
  for (const heading of table.querySelectorAll("th")) {
    heading.setAttribute("role", heading.scope === "row" ? "rowheader" : "columnheader");
  }
};

const label = (table, headings) => {
  for (const row of table.tBodies[0].rows) {
    for (const [index, cell] of [...row.cells].entries()) {
      cell.dataset.label ??= headings[index] ?? "";
      if (!cell.textContent.trim() && !cell.children.length) cell.dataset.empty = "";
    }
  }
};

const visibleText = (heading) =>
  heading.querySelector(".visually-hidden") ? "" : heading.textContent.trim();

const enhance = (table) => {
  const headings = [...table.tHead.rows[0].cells].map(visibleText);
  label(table, headings);
  keepRoles(table);
  table.dataset.cards = "";
};

const enhanceIn = (part) => {
  for (const table of part.querySelectorAll("table.table")) {
    if (table.tHead?.rows.length === 1 && table.tBodies.length === 1) enhance(table);
  }
};

enhanceIn(document);
document.addEventListener("htmx:load", ({ detail }) => enhanceIn(detail.elt));
