// Opens a page in a browser, runs a script in it, and prints what the script answers.
const [program, pageAddress, base, script] = process.argv.slice(1);
const { chromium } = require("playwright-core");

(async () => {
  const browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    await page.goto(pageAddress);
    const answer = await page.evaluate(`(async base => { ${script} })(${JSON.stringify(base)})`);
    console.log(JSON.stringify(answer));
  } finally {
    await browser.close();
  }
})();
