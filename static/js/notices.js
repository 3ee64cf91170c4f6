// Gives each notice that may be dismissed a button for it.

const label = document.querySelector("[data-close-label]")?.dataset.closeLabel ?? "Close";

for (const notice of document.querySelectorAll("[data-dismissible]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "notice__close";
  button.setAttribute("aria-label", label);
  button.textContent = "×";
  button.addEventListener("click", () => {
    notice.remove();
    document.getElementById("main")?.focus();
  });
  notice.append(button);
}
