// What is put into a page takes the keyboard only from the button that asked for it: whoever has gone
// on to another field meanwhile stays there.

let isElsewhere = false;

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const focused = document.activeElement;
  isElsewhere = focused !== document.body && focused !== detail.requestConfig.elt;
});

document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (!isElsewhere) return;
  for (const field of target.querySelectorAll("[autofocus]")) field.removeAttribute("autofocus");
});
