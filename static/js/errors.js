// After a refused form the keyboard starts at the list of what is wrong.

document.querySelector("[data-error-summary]")?.focus();
