// The visual editor of a letter's body, over a plain field of HTML that stays what is saved.

import { cut, fromEditor, toEditor } from "./letter_html.js";
import { makeExtensions } from "./letter_schema.js";
import { startTools } from "./editor_tools.js";

const CHOICE = "editor";

const chosen = () => {
  try {
    return localStorage.getItem(CHOICE) ?? "visual";
  } catch {
    return "visual";
  }
};

const remember = (mode) => {
  try {
    localStorage.setItem(CHOICE, mode);
  } catch {
    // storage is forbidden: the choice lasts for this page
  }
};

const inertDocument = () => document.implementation.createHTMLDocument("");

class LetterEditor {
  constructor(holder, area) {
    this.holder = holder;
    this.area = area;
    this.texts = holder.querySelector("[data-texts]").dataset;
    this.notice = holder.querySelector("[data-editor-notice]");
    this.tools = holder.querySelector("[data-editor-tools]");
    this.modes = [...holder.querySelectorAll("[data-mode]")];
    for (const button of this.modes) {
      button.addEventListener("click", () => {
        remember(button.dataset.mode);
        this.show(button.dataset.mode).then(() => this.focus());
      });
    }
    holder.querySelector("[data-editor-bar]").hidden = false;
    this.markMode("html");
    if (chosen() === "visual") this.show("visual");
  }

  markMode(mode) {
    for (const button of this.modes) button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
    this.tools.hidden = mode !== "visual";
    this.area.hidden = mode === "visual";
    this.mode = mode;
  }

  focus() {
    if (this.editor) this.editor.commands.focus();
    else this.area.focus();
  }

  async show(mode) {
    if (mode === this.mode) return;
    this.notice.hidden = true;
    if (mode === "html") this.close();
    else if (!(await this.open())) {
      this.notice.textContent = this.texts.refused;
      this.notice.hidden = false;
      return;
    }
    this.markMode(mode);
  }

  async open() {
    this.prose ??= await import(this.holder.dataset.source);
    const { Editor, getSchema, pm } = this.prose;
    const extensions = makeExtensions(this.prose, this.texts);
    const schema = getSchema(extensions);
    const roundTrip = (element) => this.write(pm.model.DOMParser.fromSchema(schema).parse(wrapped(element)), schema).children;
    const [sheets, html] = cut(this.area.value);
    this.sheets = sheets;
    let body;
    try {
      body = toEditor(html, roundTrip);
    } catch {
      return false;
    }
    this.surface = document.createElement("div");
    this.surface.className = "editor__surface";
    this.area.before(this.surface);
    this.editor = new Editor({
      element: this.surface,
      extensions,
      injectCSS: false,
      content: pm.model.DOMParser.fromSchema(schema).parse(body).toJSON(),
      editorProps: { attributes: this.attributes() },
      onUpdate: () => this.save(),
    });
    this.stopTools = startTools(this.tools, this.editor, this.prose);
    return true;
  }

  // The field's label, help and errors belong to the surface, too.
  attributes() {
    const label = document.querySelector(`label[for="${this.area.id}"]`);
    label.id ||= `${this.area.id}_label`;
    label.addEventListener("click", () => this.editor?.commands.focus());
    const described = this.area.getAttribute("aria-describedby");
    return {
      role: "textbox",
      "aria-multiline": "true",
      "aria-labelledby": label.id,
      spellcheck: "true",
      ...(described ? { "aria-describedby": described } : {}),
      ...(this.area.getAttribute("aria-invalid") ? { "aria-invalid": "true" } : {}),
    };
  }

  // Returns the HTML of a document as elements in which nothing is loaded.
  write(doc, schema) {
    const inert = inertDocument();
    const serializer = this.prose.pm.model.DOMSerializer.fromSchema(schema);
    inert.body.append(serializer.serializeFragment(doc.content, { document: inert }));
    for (const element of inert.body.querySelectorAll("[style]")) element.removeAttribute("style");
    return inert.body;
  }

  save() {
    const { state, schema } = this.editor;
    const isEmpty = this.editor.isEmpty;
    this.area.value = isEmpty ? "" : this.sheets + fromEditor(this.write(state.doc, schema));
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  close() {
    this.stopTools();
    this.editor.destroy();
    this.surface.remove();
    this.editor = null;
  }

  // Both say whether the visual editor was there to do it.
  insertText(text) {
    return Boolean(this.editor?.chain().focus().insertContent({ type: "text", text }).run());
  }

  insertHTML(html) {
    if (!this.editor) return false;
    const inert = inertDocument();
    inert.body.innerHTML = html;
    const slice = this.prose.pm.model.DOMParser.fromSchema(this.editor.schema).parseSlice(inert.body);
    this.editor.view.dispatch(this.editor.state.tr.replaceSelection(slice).scrollIntoView());
    this.editor.view.focus();
    return true;
  }
}

const wrapped = (element) => {
  const holder = element.ownerDocument.createElement("div");
  holder.append(element.cloneNode(true));
  return holder;
};

export const startEditor = (holder, area) => new LetterEditor(holder, area);
