// Whoever switches the language of a page gets the pages without one in their address in it too.

const YEAR = 365 * 24 * 60 * 60;

document.addEventListener("click", ({ target }) => {
  const link = target.closest("[data-language]");
  if (!link) return;
  document.cookie = `django_language=${link.dataset.language}; path=/; max-age=${YEAR}; samesite=lax`;
});
