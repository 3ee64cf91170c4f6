// Makes the form of a message comfortable: a visual editor, fields to insert, pictures, a preview.

import { startEditor } from "./editor.js";
import { insertAt, offerFields } from "./insert.js";

const form = document.getElementById("message-form");
const menu = document.querySelector("[data-field-menu]");

for (const field of form.querySelectorAll("[data-takes-fields]")) offerFields(field, menu);
for (const button of form.querySelectorAll("[data-plain-preview]")) button.hidden = true;
for (const live of document.querySelectorAll("[data-live]")) live.hidden = false;

const holder = form.querySelector("[data-editor]");
const area = holder.querySelector("textarea");
const editor = startEditor(holder, area);

const bodyMenu = menu.content.querySelector("select").cloneNode(true);
bodyMenu.addEventListener("change", () => {
  const field = bodyMenu.value;
  bodyMenu.value = "";
  if (field && !editor.insertText(field)) insertAt(area, field);
});
holder.querySelector("[data-editor-bar]").append(bodyMenu);

const dialog = document.querySelector("[data-picture-dialog]");
holder.querySelector("[data-picture]").addEventListener("click", () => {
  dialog.showModal();
  dialog.querySelector("#picture-choice").dispatchEvent(new Event("opened"));
});
dialog.addEventListener("click", ({ target }) => {
  const picture = target.closest("[data-html]");
  if (!picture) return;
  dialog.close();
  if (!editor.insertHTML(picture.dataset.html)) insertAt(area, picture.dataset.html);
});
