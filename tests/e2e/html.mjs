// Opens pages that `--format html` wrote in a browser and asserts what a reader, a printer and a policy need of them.
// usage: node html.mjs DIRECTORY, with playwright-core and axe-core below the working directory; each page NAME.html has
// its verdict in NAME.verdict.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(join(process.cwd(), 'package.json'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const directory = resolve(process.argv[2]);

let passed = 0;
let failed = 0;
function expect(what, actual, wanted) {
  const same = JSON.stringify(actual) === JSON.stringify(wanted);
  if (same) { passed += 1; } else { failed += 1; console.log(`FAIL ${what}: got ${JSON.stringify(actual)}, wanted ${JSON.stringify(wanted)}`); }
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

// The text of each sheet of paper, with one space for any space.
function sheets(pdf) {
  const text = execFileSync('pdftotext', ['-layout', '-', '-'], { input: pdf, encoding: 'utf8' });
  return text.split('\f').slice(0, -1).map((sheet) => sheet.replace(/\s+/g, ' ').trim());
}

// A page, all that it said on the console, and all that it asked for.
async function open(file, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const heard = [];
  const asked = [];
  page.on('console', (message) => heard.push(message.text()));
  page.on('pageerror', (error) => heard.push(String(error)));
  page.on('dialog', (dialog) => { heard.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  return { context, page, heard, asked };
}

async function violations(page) {
  await page.evaluate(axe);
  const result = await page.evaluate(() => globalThis.axe.run(document));
  return result.violations.map((violation) => `${violation.id}: ${violation.nodes[0].html}`);
}

// What a page on many hosts needs: it is small, loads fast, scrolls only in its own boxes, and folds what is long.
async function fleet(name, file) {
  const count = Number(name.split('-').pop());
  expect(`${name}: bytes`, statSync(file).size < 100_000 + 700 * count, true);
  const { context, page } = await open(file, { viewport: { width: 375, height: 800 } });
  const loaded = await page.evaluate(() => performance.getEntriesByType('navigation')[0].domComplete);
  expect(`${name}: complete in under a second`, loaded < 1000 || loaded, true);
  expect(`${name}: every host has a row, and two are missing`, await page.locator('.every tbody tr').count(), count + 2);
  expect(`${name}: few rows of the matrix at once`, await page.evaluate(() => document.querySelector('.matrix tbody').rows.length <= 30), true);
  expect(`${name}: names of many hosts are folded`, (await page.locator('.matrix .names:not([open])').count() > 0) === count > 100, true);
  const box = page.locator('.scrolls').first();
  await box.focus();
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => document.querySelector('.scrolls').scrollLeft > 0, null, { timeout: 2000 }).catch(() => {});
  expect(`${name}: the keyboard scrolls the matrix, and nothing else`, await page.evaluate(() =>
    [document.querySelector('.scrolls').scrollLeft > 0, document.documentElement.scrollLeft]), [true, 0]);
  expect(`${name}: the names of hosts stay in sight`, await page.evaluate(() => {
    const edge = document.querySelector('.scrolls').getBoundingClientRect().left;
    return Math.abs(document.querySelector('.matrix tbody th').getBoundingClientRect().left - edge) < 1;
  }), true);
  expect(`${name}: each sign of the matrix has its word`, await page.evaluate(() =>
    [...document.querySelectorAll('.matrix td .mark')].every((mark) => mark.parentElement.querySelector('.spoken').textContent.length > 5)), true);
  await context.close();
}

const names = readdirSync(directory).filter((name) => name.endsWith('.html')).map((name) => name.slice(0, -5));
for (const name of names) {
  const file = join(directory, `${name}.html`);
  const verdict = readFileSync(join(directory, `${name}.verdict`), 'utf8').trim();
  const isFleet = name.startsWith('fleet');
  const grounds = [];
  for (const colorScheme of ['light', 'dark']) {
    const at = `${name}, ${colorScheme}`;
    const { context, page, heard, asked } = await open(file, { colorScheme, viewport: { width: 375, height: 800 } });
    expect(`${at}: the verdict is the only h1`, (await page.locator('h1').allTextContents()).map((text) => text.replace(/^\S+ /, '')), [verdict]);
    expect(`${at}: the title begins with the verdict`, (await page.title()).startsWith(`${verdict}: `), true);
    expect(`${at}: one main, a language, no script`, await page.evaluate(() =>
      [document.querySelectorAll('main').length, document.documentElement.lang, document.scripts.length]), [1, 'en', 0]);
    expect(`${at}: axe, folded`, await violations(page), []);
    expect(`${at}: each link of the card leads to the finding that it names`, await page.evaluate(() =>
      [...document.querySelectorAll('header a')].filter((link) => {
        const target = document.querySelector(link.getAttribute('href'));
        return target?.querySelector('h3 code, summary code')?.textContent !== link.textContent;
      }).map((link) => link.textContent)), []);
    expect(`${at}: the card names all that failed`, await page.evaluate(() => {
      const ids = (selector) => [...document.querySelectorAll(selector)].map((id) => id.textContent);
      return JSON.stringify(ids('header ul.failed a')) === JSON.stringify(ids('.finding.failed h3 code'));
    }), true);
    if (await page.locator('header a').count() > 0) {
      await page.locator('header a').first().focus();
      await page.keyboard.press('Enter');
      expect(`${at}: the keyboard follows a link of the card`, await page.evaluate(() => {
        const place = document.querySelector(':target').getBoundingClientRect();
        return place.top >= 0 && place.top < innerHeight;
      }), true);
    }
    const summary = page.locator('summary').first();
    await summary.focus();
    await page.keyboard.press('Enter');
    expect(`${at}: the keyboard unfolds`, await page.evaluate(() => document.querySelector('details').open), true);
    await page.evaluate(() => document.querySelectorAll('details').forEach((part) => { part.open = true; }));
    // Thousands of rows take axe seconds, and differ in colour from others in nothing.
    if (name !== 'fleet-of-1000' || colorScheme === 'light') expect(`${at}: axe, unfolded`, await violations(page), []);
    expect(`${at}: no horizontal scroll at 375 px`, await page.evaluate(() => document.documentElement.scrollWidth), 375);
    grounds.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));

    await page.evaluate(() => document.querySelectorAll('details').forEach((part) => { part.open = false; }));
    await page.emulateMedia({ media: 'print' });
    expect(`${at}: print is light, and shows what is folded, but not the facts`, await page.evaluate(() => {
      const shown = (table) => table.checkVisibility({ contentVisibilityAuto: true });
      return [
        getComputedStyle(document.body).backgroundColor,
        [...document.querySelectorAll('details:not(.facts) > table, .failed .more > dl')].every(shown),
        [...document.querySelectorAll('.facts table')].some(shown),
      ];
    }), ['rgb(255, 255, 255)', true, false]);
    expect(`${at}: silent console`, heard, []);
    expect(`${at}: asks for itself only`, asked, [pathToFileURL(file).href]);
    await context.close();
  }
  if (isFleet) await fleet(name, file);
  expect(`${name}: two themes`, new Set(grounds).size, 2);
  for (const format of ['A4', 'Letter']) {
    const { context, page } = await open(file, {});
    const paper = sheets(await page.pdf({ format }));
    const host = await page.locator('.overview dd').first().textContent();
    // What is hostile may be as long as it likes.
    expect(`${name}, ${format}: two to five sheets`, paper.length >= 2 && (paper.length <= (isFleet ? 8 : 5) || name === 'hostile'), true);
    expect(`${name}, ${format}: each sheet ends with the host and its number`,
      paper.map((text) => text.replace(/ ?\/ ?(\d+)$/, '/$1').slice(-host.length - 4)), paper.map((_, number) => `${host} ${number + 1}/${paper.length}`));
    const facts = await page.locator('.facts tbody th').allTextContents();
    // A finding may name a fact, such as one to attest.
    const below = (await page.locator('main > :not(.facts)').allTextContents()).join(' ');
    expect(`${name}, ${format}: no facts`, [facts.length > (isFleet ? 10 : 100), facts.filter((fact) => !below.includes(fact) && paper.join(' ').includes(fact))], [true, []]);
    await context.close();
  }
  const { context, page } = await open(file, { javaScriptEnabled: false });
  expect(`${name}: readable without scripts`, (await page.locator('main').innerText()).includes(verdict), true);
  await context.close();
}
expect('pages', names.length > 0, true);

// What this test listens for is heard: a page with a foreign image and an event handler breaks the same assertions.
const broken = join(directory, 'broken.htm');
writeFileSync(broken, readFileSync(join(directory, `${names[0]}.html`), 'utf8')
  .replace('</main>', '<img src="https://example.invalid/x.png" onerror="alert(1)" /></main>'));
const control = await open(broken, {});
await control.page.waitForTimeout(200);
expect('control: the policy forbids a foreign image', control.heard.some((text) => text.includes('Content Security Policy')), true);
expect('control: axe sees the missing alternative', (await violations(control.page)).some((id) => id.startsWith('image-alt')), true);

await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
