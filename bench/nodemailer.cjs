// Sends letters with nodemailer's pool of 20 connections; prints the letters a second.
// They are of the kind that Mailshot sends: text and HTML, a name in each, a way to unsubscribe.
const nodemailer = require("nodemailer");

const [port, letters] = process.argv.slice(2).map(Number);
const line = "Our library opens its summer reading room. Bring a book, take a book.";
const style = "max-width:640px;margin:0 auto;padding:24px 16px;font:16px/1.5 sans-serif";

function letter(number) {
  const name = `Reader ${number}`;
  return {
    from: { name: "Mailshot", address: "bench@example.org" },
    to: { name, address: `reader${number}@example.org` },
    subject: "News",
    text: `Dear ${name},\n\n${`${line}\n\n`.repeat(6)}Unsubscribe: https://example.org/u/${number}\n`,
    html:
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>News</title></head><body>` +
      `<div style="${style}"><p>Dear ${name},</p>${`<p>${line}</p>\n`.repeat(6)}` +
      `<p style="${style}">You get this letter because your address is on the sender’s list. ` +
      `<a href="https://example.org/u/${number}" style="${style}">Unsubscribe</a> · ` +
      `<a href="https://example.org/v/${number}" style="${style}">View in the browser</a></p></div></body></html>`,
    headers: {
      "List-Id": "<news.example.org>",
      "List-Unsubscribe": `<https://example.org/u/${number}>`,
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    },
  };
}

async function main() {
  const transport = nodemailer.createTransport({
    host: "127.0.0.1", port, pool: true, maxConnections: 20, maxMessages: Infinity, ignoreTLS: true,
  });
  const begun = process.hrtime.bigint();
  let next = 0;
  const sendSome = async () => {
    while (next < letters) await transport.sendMail(letter(next++));
  };
  await Promise.all(Array.from({ length: 40 }, sendSome));
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  transport.close();
  console.log(Math.round(letters / seconds));
}

main();
