// Asks before somebody leaves a form marked `data-guard` with changes that are not saved.
// `data-guard="changed"` is for a form that came back with errors: it holds changes from the start.

// what is searched for is not saved, and passwords are often filled in by the browser
const UNSAVED = new Set(["search", "password"]);

const stateOf = (form) => {
  const entries = [...new FormData(form)]
    .filter(([name]) => !UNSAVED.has(form.elements[name]?.type))
    .map(([name, value]) =>
      value instanceof File ? [name, value.name, value.size] : [name, value],
    );
  return JSON.stringify(entries);
};

const guards = new Map();

for (const form of document.querySelectorAll("form[data-guard]")) {
  guards.set(form, form.dataset.guard === "changed" ? "" : stateOf(form));
  form.addEventListener("submit", (event) => {
    // a submission that opens elsewhere, like a preview, leaves the form where it is
    const opensElsewhere = event.submitter?.formTarget || form.target;
    setTimeout(() => {
      if (!event.defaultPrevented && !opensElsewhere) guards.delete(form);
    });
  });
}

addEventListener("beforeunload", (event) => {
  for (const [form, saved] of guards) {
    if (form.isConnected && stateOf(form) !== saved) event.preventDefault();
  }
});
