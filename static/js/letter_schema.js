// What the visual editor can hold: the elements of letters with all their attributes.

import { isInline, onlyInline } from "./letter_html.js";

const BOXES = ["div", "section", "article", "header", "footer", "main", "aside", "center", "address", "figure"];
const SPANS = ["span", "font", "small", "big", "mark", "abbr", "code", "kbd", "cite", "q", "ins", "del", "time", "samp", "var"];
const KEPT_BY = ["paragraph", "heading", "bulletList", "orderedList", "listItem", "blockquote", "horizontalRule"];
const KEPT_BY_MARKS = ["bold", "italic", "underline", "strike", "subscript", "superscript"];

const attributesOf = (element) =>
  Object.fromEntries(
    [...element.attributes].filter(({ name }) => name !== "style").map(({ name, value }) => [name, value]),
  );

// how attributes are drawn: with their styles, which the CSSOM may set
const STYLE = "data-letter-style";
const drawn = (kept) => (kept?.[STYLE] ? { ...kept, style: kept[STYLE] } : (kept ?? {}));

const kept = () => ({
  default: null,
  parseHTML: attributesOf,
  renderHTML: (attributes) => drawn(attributes.kept),
});

const tag = { default: "div", parseHTML: (element) => element.tagName.toLowerCase(), renderHTML: () => ({}) };

// a picture of this site, or written into the HTML; others are not loaded
const mayShow = (source) => {
  if (source.startsWith("data:image/")) return true;
  try {
    return new URL(source).origin === location.origin;
  } catch {
    return false;
  }
};

export const makeExtensions = (library, texts) => {
  const { Extension, Mark, Node } = library;
  const element = (name, content, options) =>
    Node.create({
      name,
      content,
      defining: true,
      addAttributes: () => ({ kept: kept(), ...(options.tags ? { tag } : {}) }),
      renderHTML: ({ node, HTMLAttributes }) => [node.attrs.tag ?? options.tag, HTMLAttributes, 0],
      ...options.more,
    });
  const rules = (tags, condition) => () =>
    tags.map((name) => ({ tag: name, priority: 60, getAttrs: (node) => condition(node) && null }));
  const holdsText = (node) => onlyInline(node);
  const holdsBlocks = (node) => !onlyInline(node);

  const Kept = Extension.create({
    name: "kept",
    addGlobalAttributes: () => [
      { types: [...KEPT_BY, ...KEPT_BY_MARKS], attributes: { kept: kept() } },
    ],
  });

  const Span = Mark.create({
    name: "span",
    excludes: "",
    addAttributes: () => ({ kept: kept(), tag }),
    parseHTML: () => SPANS.map((name) => ({ tag: name, priority: 60 })),
    renderHTML: ({ mark, HTMLAttributes }) => [mark.attrs.tag, HTMLAttributes, 0],
  });

  const Link = Mark.create({
    name: "link",
    inclusive: false,
    priority: 1000,
    addAttributes: () => ({ kept: kept() }),
    parseHTML: () => [{ tag: "a" }],
    renderHTML: ({ HTMLAttributes }) => ["a", HTMLAttributes, 0],
  });

  const Picture = Node.create({
    name: "picture",
    group: "inline",
    inline: true,
    draggable: true,
    addAttributes: () => ({ kept: kept() }),
    parseHTML: () => [{ tag: "img" }],
    renderHTML: ({ HTMLAttributes }) => ["img", HTMLAttributes],
    addNodeView: () => ({ node }) => {
      const { src = "", alt = "", ...others } = node.attrs.kept ?? {};
      const dom = document.createElement(mayShow(src) ? "img" : "span");
      if (dom.tagName === "IMG") {
        Object.assign(dom, { src, alt });
        for (const name of ["width", "height"]) if (others[name]) dom.setAttribute(name, others[name]);
      } else {
        dom.className = "editor__external";
        dom.textContent = `${texts.external}: ${alt || src}`;
      }
      return { dom };
    },
  });

  const Part = Node.create({
    name: "letterPart",
    group: "block",
    atom: true,
    draggable: true,
    addAttributes: () => ({
      html: {
        default: "",
        parseHTML: (part) => part.dataset.html,
        renderHTML: ({ html }) => ({ "data-html": html }),
      },
    }),
    parseHTML: () => [{ tag: "letter-part" }],
    renderHTML: ({ HTMLAttributes }) => ["letter-part", HTMLAttributes],
    addNodeView: () => () => {
      const dom = document.createElement("div");
      dom.className = "editor__kept";
      dom.textContent = texts.keptBlock;
      return { dom };
    },
  });

  const box = { tags: BOXES, more: { group: "block" } };
  const cell = (name, content, condition) =>
    element(name, content, {
      tags: ["td", "th"],
      more: { isolating: true, parseHTML: rules(["td", "th"], condition) },
    });
  const row = (name, tags, content, more) => element(name, content, { tags, more: { parseHTML: rules(tags, () => true), ...more } });

  return [
    library.Document,
    library.Text,
    library.Paragraph,
    library.HardBreak,
    library.Heading.configure({ levels: [1, 2, 3, 4, 5, 6] }),
    library.Bold,
    library.Italic,
    library.Underline,
    library.Strike,
    library.Subscript,
    library.Superscript,
    library.BulletList,
    library.OrderedList.extend({
      addAttributes: () => ({}),
      parseHTML: () => [{ tag: "ol" }],
      renderHTML: ({ HTMLAttributes }) => ["ol", HTMLAttributes, 0],
    }),
    library.ListItem,
    library.Blockquote,
    library.HorizontalRule,
    library.UndoRedo,
    library.Dropcursor,
    library.Gapcursor,
    Kept,
    Span,
    Link,
    Picture,
    Part,
    element("box", "block+", { ...box, more: { ...box.more, parseHTML: rules(BOXES, holdsBlocks) } }),
    element("textBox", "inline*", { ...box, more: { ...box.more, parseHTML: rules(BOXES, holdsText) } }),
    row("sheet", ["table"], "sheetPart+", { group: "block", isolating: true }),
    row("sheetPart", ["tbody", "thead", "tfoot"], "sheetRow+"),
    row("sheetRow", ["tr"], "(cell|textCell)+"),
    cell("cell", "block+", holdsBlocks),
    cell("textCell", "inline*", (node) => holdsText(node) || [...node.childNodes].every(isInline)),
    fieldMarks(library),
  ];
};

// Shows fields like {{ full_name|there }} as things of their own.
const FIELD = /\{\{[^{}]*\}\}/g;

const fieldMarks = ({ Extension, pm }) => {
  const find = (doc) => {
    const marks = [];
    doc.descendants((node, position) => {
      if (!node.isText) return;
      for (const { index, 0: text } of node.text.matchAll(FIELD)) {
        const from = position + index;
        marks.push(pm.view.Decoration.inline(from, from + text.length, { class: "editor__field" }));
      }
    });
    return pm.view.DecorationSet.create(doc, marks);
  };
  return Extension.create({
    name: "fieldMarks",
    addProseMirrorPlugins: () => [
      new pm.state.Plugin({
        state: {
          init: (_config, { doc }) => find(doc),
          apply: (change, marks) => (change.docChanged ? find(change.doc) : marks),
        },
        props: {
          decorations(state) {
            return this.getState(state);
          },
        },
      }),
    ],
  });
};
