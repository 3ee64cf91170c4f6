// Light, dark or as the system has it; kept in this browser.

const KEY = "theme";
const root = document.documentElement;

const kept = () => {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
};

const keep = (theme) => {
  try {
    if (theme) localStorage.setItem(KEY, theme);
    else localStorage.removeItem(KEY);
  } catch {
    // storage is forbidden: the choice lasts for this page
  }
};

const show = (theme) => {
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  for (const button of document.querySelectorAll("[data-theme-switch] button")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
};

const start = () => {
  show(kept());
  for (const group of document.querySelectorAll("[data-theme-switch]")) {
    group.hidden = false;
    group.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (!button) return;
      keep(button.value);
      show(button.value);
    });
  }
};

show(kept());
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
