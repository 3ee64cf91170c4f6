// The bar of tools over the visual editor: what each does, and which are in effect.

const ALIGNED = ["paragraph", "heading", "textBox", "cell", "textCell"];
const isLink = (editor) => editor.isActive("link");

const aligned = (editor) => {
  const { $from } = editor.state.selection;
  for (let depth = $from.depth; depth > 0; depth--) {
    const node = $from.node(depth);
    if (ALIGNED.includes(node.type.name)) return { node, position: $from.before(depth) };
  }
  return null;
};

const isCentred = (editor) => aligned(editor)?.node.attrs.kept?.align === "center";

const toggleCentre = (editor) => {
  const found = aligned(editor);
  if (!found) return;
  const { align, ...others } = found.node.attrs.kept ?? {};
  const kept = align === "center" ? others : { ...others, align: "center" };
  editor.view.dispatch(editor.state.tr.setNodeAttribute(found.position, "kept", kept));
};

// Asks for address and text in the dialog, and sets, changes or removes the link.
const askForLink = (editor) => {
  const dialog = document.querySelector("[data-link-dialog]");
  const [address, text] = dialog.querySelectorAll("input");
  if (isLink(editor)) editor.commands.extendMarkRange("link");
  const { from, to } = editor.state.selection;
  const before = editor.getAttributes("link").kept ?? {};
  address.value = before.href ?? "";
  text.value = editor.state.doc.textBetween(from, to, " ");
  const shown = text.value;
  dialog.returnValue = "";
  dialog.addEventListener(
    "close",
    () => {
      editor.commands.focus();
      if (dialog.returnValue !== "set") return;
      const href = withScheme(address.value.trim());
      const chain = editor.chain().focus().setTextSelection({ from, to });
      if (!href) chain.unsetMark("link").run();
      else if (text.value === shown && from !== to) chain.setMark("link", { kept: { ...before, href } }).run();
      else {
        const marks = [{ type: "link", attrs: { kept: { ...before, href } } }];
        chain.insertContent({ type: "text", text: text.value || href, marks }).run();
      }
    },
    { once: true },
  );
  dialog.showModal();
};

// people write example.org and name@example.org
const withScheme = (address) => {
  if (!address || /^([a-z][a-z0-9+.-]*:|#|\{\{)/i.test(address)) return address;
  return address.includes("@") && !address.includes("/") ? `mailto:${address}` : `https://${address}`;
};

const COMMANDS = {
  bold: { run: (editor) => editor.chain().focus().toggleBold().run(), active: (editor) => editor.isActive("bold") },
  italic: { run: (editor) => editor.chain().focus().toggleItalic().run(), active: (editor) => editor.isActive("italic") },
  underline: { run: (editor) => editor.chain().focus().toggleUnderline().run(), active: (editor) => editor.isActive("underline") },
  bulletList: { run: (editor) => editor.chain().focus().toggleBulletList().run(), active: (editor) => editor.isActive("bulletList") },
  orderedList: { run: (editor) => editor.chain().focus().toggleOrderedList().run(), active: (editor) => editor.isActive("orderedList") },
  blockquote: { run: (editor) => editor.chain().focus().toggleBlockquote().run(), active: (editor) => editor.isActive("blockquote") },
  center: { run: toggleCentre, active: isCentred },
  link: { run: askForLink, active: isLink },
  rule: { run: (editor) => editor.chain().focus().setHorizontalRule().run() },
  undo: { run: (editor) => editor.chain().focus().undo().run(), can: (editor) => editor.can().undo() },
  redo: { run: (editor) => editor.chain().focus().redo().run(), can: (editor) => editor.can().redo() },
};

const setBlock = (editor, kind) => {
  const chain = editor.chain().focus();
  if (kind === "paragraph") chain.setParagraph().run();
  else chain.setHeading({ level: Number(kind) }).run();
};

// One stop for the Tab key; arrows lead from tool to tool.
const rove = (tools, event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step || event.target.tagName === "SELECT") return;
  const buttons = [...tools.querySelectorAll("button")];
  const next = buttons[(buttons.indexOf(event.target) + step + buttons.length) % buttons.length];
  for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
  next.focus();
  event.preventDefault();
};

// Wires the tools to an editor; returns what unwires them.
export const startTools = (tools, editor) => {
  const signal = new AbortController();
  const block = tools.querySelector("[data-block]");
  const buttons = [...tools.querySelectorAll("[data-command]")];
  const on = (target, event, listener) => target.addEventListener(event, listener, { signal: signal.signal });

  for (const [index, button] of buttons.entries()) {
    button.tabIndex = index ? -1 : 0;
    on(button, "click", () => COMMANDS[button.dataset.command].run(editor));
  }
  on(block, "change", () => setBlock(editor, block.value));
  on(tools, "keydown", (event) => rove(tools, event));
  on(editor.view.dom, "keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    askForLink(editor);
  });

  const update = () => {
    for (const button of buttons) {
      const { active, can } = COMMANDS[button.dataset.command];
      if (active) button.setAttribute("aria-pressed", String(active(editor)));
      if (can) button.setAttribute("aria-disabled", String(!can(editor)));
    }
    const level = [1, 2, 3].find((each) => editor.isActive("heading", { level: each }));
    block.value = level ? String(level) : "paragraph";
  };
  editor.on("transaction", update);
  update();
  return () => signal.abort();
};
