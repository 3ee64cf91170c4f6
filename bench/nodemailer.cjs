// Sends letters with nodemailer's pool of 20 connections; prints the letters a second.
const nodemailer = require("nodemailer");

const [port, letters] = process.argv.slice(2).map(Number);
const text = "All work and no play makes Jack a dull boy; so say the letters.\r\n".repeat(46);

async function main() {
  const transport = nodemailer.createTransport({
    host: "127.0.0.1", port, pool: true, maxConnections: 20, maxMessages: Infinity, ignoreTLS: true,
  });
  const begun = process.hrtime.bigint();
  let next = 0;
  const sendSome = async () => {
    while (next < letters) {
      const to = `reader${next++}@example.org`;
      await transport.sendMail({ from: "bench@example.org", to, subject: "News", text });
    }
  };
  await Promise.all(Array.from({ length: 40 }, sendSome));
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  transport.close();
  console.log(Math.round(letters / seconds));
}

main();
