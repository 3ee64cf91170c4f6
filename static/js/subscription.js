// Puts the answer to a subscription form in the form's place, without leaving the page.

const answerTo = async (form) => {
  const answer = await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: { "HX-Request": "true" },
    credentials: "omit",
  });
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  return template.content;
};

const isPart = (content) => content.querySelector("[data-answer], [data-subscription]");

// the words of a block, which the answer does not know
const keepWords = (form, content) => {
  const again = content.querySelector("[data-subscription]");
  if (!again) return;
  again.ariaLabel = form.ariaLabel;
  again.querySelector("[type=submit]").textContent = form.querySelector("[type=submit]").textContent;
};

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-subscription]")) return;
  event.preventDefault();
  const button = form.querySelector("[type=submit]");
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  try {
    const content = await answerTo(form);
    if (!isPart(content)) throw new Error("not the answer of the form");
    keepWords(form, content);
    const focus = content.querySelector("[data-answer], [aria-invalid=true]");
    form.replaceWith(content);
    focus?.focus();
  } catch {
    form.submit(); // as without this script
  }
});
