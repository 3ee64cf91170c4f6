// The HTML of a letter on its way into the visual editor and back, without losing anything.
//
// `style`, `class` and `id` travel under other names: browsers change what they hold in `style`, and
// this page has classes and ids of its own. Style sheets wait outside. What the editor's schema cannot hold becomes a `letter-part` that keeps its
// HTML letter by letter.

const TAG = /<[a-zA-Z](?:[^"'<>]|"[^"]*"|'[^']*')*>/g;
const STYLES = /<style\b[^>]*>[\s\S]*?<\/style>/gi;
const INLINE = new Set(
  "A ABBR B BDI BDO BIG BR CITE CODE DEL DFN EM FONT I IMG INS KBD MARK Q S SAMP SMALL SPAN STRIKE STRONG SUB SUP TIME TT U VAR WBR".split(" "),
);
const SAME = { B: "STRONG", I: "EM", STRIKE: "S" };
const SPACE = /[ \t\n\r\f]+/g;

export const isInline = (node) =>
  node.nodeType === Node.TEXT_NODE || (node.nodeType === Node.ELEMENT_NODE && INLINE.has(node.tagName));

export const isBlank = (node) =>
  node.nodeType === Node.COMMENT_NODE ||
  (node.nodeType === Node.TEXT_NODE && !node.textContent.replace(SPACE, ""));

export const onlyInline = (element) => [...element.childNodes].every((node) => isInline(node) || isBlank(node));

const hideLooks = (html) => html.replace(TAG, (tag) => tag.replace(/\s(style|class|id)\s*=/gi, " data-letter-$1="));
const showLooks = (html) => html.replace(TAG, (tag) => tag.replace(/ data-letter-(style|class|id)="/g, ' $1="'));

// Returns the style sheets of a body, and the rest of it.
export const cut = (html) => {
  const sheets = html.match(STYLES) ?? [];
  return [sheets.map((sheet) => `${sheet}\n`).join(""), html.replace(STYLES, "").trim()];
};

// Reads HTML where nothing in it is loaded or run.
const read = (html) => {
  const inert = document.implementation.createHTMLDocument("");
  inert.body.innerHTML = hideLooks(html);
  return inert.body;
};

// Text beside blocks gets a paragraph, which the schema asks for; `fromEditor` takes it away again.
const MIXED = "LI BLOCKQUOTE TD TH DIV SECTION ARTICLE HEADER FOOTER MAIN ASIDE CENTER ADDRESS FIGURE".split(" ");
const BARE = "data-letter-bare";

const wrapRuns = (holder, isText) => {
  for (const child of holder.children) {
    if (MIXED.includes(child.tagName)) wrapRuns(child, /^(LI|BLOCKQUOTE)$/.test(child.tagName) || !onlyInline(child));
    else if (!isInline(child)) wrapRuns(child, false);
  }
  if (!isText) return;
  let run = null;
  for (const node of [...holder.childNodes]) {
    if (isBlank(node) && !run) continue;
    if (isInline(node) || isBlank(node)) {
      if (!run) {
        run = holder.ownerDocument.createElement("p");
        run.setAttribute(BARE, "");
        node.before(run);
      }
      run.append(node);
    } else run = null;
  }
};

// Two such paragraphs side by side are what somebody wrote: they become real ones.
const unwrapRuns = (body) => {
  const isBare = (node) => node?.tagName === "P" && node.hasAttribute(BARE);
  const bare = [...body.querySelectorAll(`[${BARE}]`)];
  const lone = bare.filter((p) => isBare(p) && !isBare(p.previousElementSibling) && !isBare(p.nextElementSibling));
  for (const element of bare) {
    if (lone.includes(element)) element.replaceWith(...element.childNodes);
    else element.removeAttribute(BARE);
  }
};

const opening = (element) => {
  const attributes = [...element.attributes].map(({ name, value }) => `${name}=${JSON.stringify(value)}`);
  return `<${SAME[element.tagName] ?? element.tagName} ${attributes.sort().join(" ")}>`;
};

// Each piece of running text with what it is inside of, in whatever order.
const runs = (holder, around = []) =>
  [...holder.childNodes].flatMap((node) => {
    if (node.nodeType === Node.TEXT_NODE) return [[node.textContent.replace(SPACE, " "), [...around].sort().join("")]];
    if (node.nodeType !== Node.ELEMENT_NODE) return [];
    if (/^(BR|IMG|WBR)$/.test(node.tagName)) return [[opening(node), [...around].sort().join("")]];
    return runs(node, [...around, opening(node)]);
  });

const spellText = (holder) => {
  let [text, last] = ["", null];
  for (const [piece, around] of runs(holder)) {
    text += around === last ? piece : `|${around}|${piece}`;
    last = around;
  }
  return text.trim();
};

// A spelling of a tree in which trees that look the same are the same.
const spell = (element) => {
  const inside = onlyInline(element) ? spellText(element) : [...element.children].map(spell).join("");
  return opening(element) + inside;
};

// The body as elements that the schema holds; `roundTrip` gives what becomes of an element in it.
export const toEditor = (html, roundTrip) => {
  const body = read(html);
  wrapRuns(body, true);
  for (const element of [...body.children]) {
    const after = roundTrip(element);
    if (after.length !== 1 || spell(after[0]) !== spell(element)) {
      unwrapRuns(element);
      const part = body.ownerDocument.createElement("letter-part");
      part.dataset.html = showLooks(element.outerHTML);
      element.replaceWith(part);
    }
  }
  return body;
};

const END_OF_BLOCK = /(<\/(?:p|h[1-6]|ul|ol|table|blockquote|div)>|<hr[^>]*>)(?=<[a-z])/g;

export const fromEditor = (body) => {
  unwrapRuns(body);
  const parts = [...body.querySelectorAll("letter-part")];
  for (const [index, part] of parts.entries()) part.replaceWith(`\uE000${index}\uE001`);
  const html = showLooks(body.innerHTML).replace(END_OF_BLOCK, "$1\n");
  return html.replace(/\uE000(\d+)\uE001/g, (_mark, index) => parts[index].dataset.html);
};
