// The page in headless Chromium: node check.mjs DEMO MODULES CHROMIUM [PAGE...]
// DEMO writes the pages (demo.c), MODULES is the folder with node_modules; further pages are
// checked for complaints, requests and barriers only. Prints what does not hold; exit status 1
// then, 77 when the browser or the modules are missing.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const [demo, modules, executablePath, ...others] = process.argv.slice(2);

function skip(reason) {
  console.log(`skipped: ${reason}`);
  process.exit(77);
}

if (!existsSync(executablePath || ''))
  skip('no chromium');
const require = createRequire(join(resolve(modules), '/'));
let chromium, axe;
try {
  ({ chromium } = require('playwright-core'));
  axe = require('axe-core').source;
} catch {
  skip(`no playwright-core and axe-core in ${modules}; check.sh installs them`);
}

let done = 0;
let failed = 0;
function check(holds, what, found) {
  done += 1;
  if (holds)
    return;
  failed += 1;
  console.log(`does not hold: ${what}${found === undefined ? '' : ` [${JSON.stringify(found)}]`}`);
}
const same = (found, expected, what) =>
  check(JSON.stringify(found) === JSON.stringify(expected), what, found);


// ---- pages

const folder = mkdtempSync(join(tmpdir(), 'quartet-page-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

function write(name, html) {
  const path = join(folder, `${name}.html`);
  writeFileSync(path, html);
  return path;
}
const html = {};
const path = {};
for (const name of ['report', 'large', 'hostile', 'empty']) {
  html[name] = execFileSync(demo,
    name === 'report' ? [name, '-', folder] : [name], { maxBuffer: 1 << 28 }).toString();
  path[name] = write(name, html[name]);
}

// The browser gets a new profile of its own below the temporary folder.
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

// Opens a page and records the browser's complaints and the page's requests. Every request
// but the one for the page itself is kept and refused.
async function open(file, { script = true, scheme = 'light', width = 1600 } = {}) {
  const context = await browser.newContext({
    javaScriptEnabled: script,
    colorScheme: scheme,
    reducedMotion: 'reduce', // scrolling takes no time
    viewport: { width, height: 900 },
  });
  const page = await context.newPage();
  const complaints = [];
  const url = `file://${file}`;
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  await context.route(() => true, (route) => {
    const asked = route.request().url();
    if (asked === url)
      return route.continue();
    complaints.push(`request: ${asked}`);
    return route.abort();
  });
  await page.goto(url);
  return { page, complaints, close: () => context.close() };
}

// What axe-core calls serious or critical: "rule: element".
async function violations(page) {
  await page.evaluate(axe);
  const result = await page.evaluate('axe.run(document, {resultTypes: ["violations"]})');
  const describe = (id, node) =>
    `${id}: ${node.html.slice(0, 160)} ${(node.any[0] || {}).message || ''}`;
  return result.violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .flatMap(({ id, nodes }) => nodes.slice(0, 3).map((node) => describe(id, node)));
}

// Everything that must hold of any page, as a list of problems.
async function problems(file, options) {
  const opened = await open(file, options);
  const { page, complaints } = opened;
  const found = options?.barriers === false ? [] : await violations(page);
  const beyond = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  if (beyond > 0)
    found.push(`the page is ${beyond} px wider than the window`);
  const cut = await page.evaluate(`[...document.querySelectorAll('.picture svg')]
    .filter(svg => svg.getBoundingClientRect().right > innerWidth).length`);
  if (cut > 0)
    found.push(`${cut} figures end beyond the right edge of the window`);
  await opened.close();
  return [...complaints, ...found];
}

// ---- no complaint, no request, no barrier

for (const [name, scheme, width] of [
  ['report', 'light', 400], ['report', 'dark', 400], ['report', 'light', 1600],
  ['report', 'dark', 1600], ['hostile', 'light', 1600], ['hostile', 'dark', 400],
  ['empty', 'light', 1600],
])
  same(await problems(path[name], { scheme, width }), [], `${name}, ${scheme}, ${width} px`);
for (const width of [320, 1000, 1920])
  same(await problems(path.report, { width, barriers: false }), [], `report, ${width} px`);

for (const other of others)
  for (const [scheme, width] of [['light', 400], ['dark', 1600]])
    same(await problems(resolve(other), { scheme, width }), [], `${other}, ${scheme}, ${width} px`);

// The same check must notice pages that are wrong.
const planted = {
  'a style that is not the one of the policy': ['<style>', '<style>/**/'],
  'a script that is not the one of the policy': ['<script>', '<script>/**/'],
  'a style attribute': ['<main', '<main style="color: red"'],
  'an event attribute': ['<main', '<main onclick="alert(1)"'],
  'an image of another host': ['<main', '<img alt="" src="https://example.invalid/a.png"><main'],
  'no language': ['<html lang="en">', '<html>'],
  'grey on grey': ['<h1>', '<h1><font color="#999">grey</font>'],
  'what is wider than the window': ['<main', '<table width="4000"><tr><td>wide</table><main'],
  'a figure of which only a part is seen':
    ['<div class="picture"',
      '<div class="scroll"><table width="4000"><tr><td width="2500"><td><div class="picture"'],
};
for (const [what, [from, to]] of Object.entries(planted)) {
  check(html.report.includes(from), `the page has ${from}`);
  const file = write('planted', html.report.replace(from, to));
  const found = await problems(file, { barriers: /language|grey/.test(what) });
  check(found.length > 0, `noticed: ${what}`);
}

// ---- sorting, by the keyboard

const rowsOf = (page, table) => page.evaluate((id) =>
  [...document.querySelectorAll(`#${id} tbody tr`)].map((row) =>
    [...row.cells].map((cell) => cell.dataset.v ?? cell.textContent)), table);
const column = (rows, index) => rows.map((row) => row[index]);

// What sorting must come to, worked out here again: stable, NaN (an empty text) last.
function sorted(rows, index, sign) {
  const rest = rows.filter((row) => row[index] !== '');
  const less = (a, b) => (Number(a[index]) - Number(b[index])) * sign;
  return [...rest.sort(less), ...rows.filter((row) => row[index] === '')];
}

{
  const { page, complaints, close } = await open(path.report);
  const before = await rowsOf(page, 't-medium');
  same(before.length, 40, 'rows of the middle table');
  for (const [name, index] of [['time', 4], ['cores', 3]]) {
    const button = page.locator(`#t-medium thead th:nth-child(${index + 1}) button`);
    const state = () => page.locator(`#t-medium thead th:nth-child(${index + 1})`)
      .getAttribute('aria-sort');
    await button.focus();
    await page.keyboard.press('Enter');
    same(await rowsOf(page, 't-medium'), sorted(before, index, 1), `${name}: ascending`);
    same(await state(), 'ascending', `${name}: aria-sort`);
    await page.keyboard.press('Space');
    same(await rowsOf(page, 't-medium'), sorted(before, index, -1), `${name}: descending`);
    same(await state(), 'descending', `${name}: aria-sort`);
    await page.keyboard.press('Enter');
    same(await rowsOf(page, 't-medium'), before, `${name}: as it was`);
    same(await state(), null, `${name}: aria-sort`);
  }
  check(column(before, 4).includes(''), 'the table has a point without a time');

  // Texts, by a click; Tab leads from one header to the next.
  await page.locator('#t-medium thead th:nth-child(1) button').click();
  const names = column(await rowsOf(page, 't-medium'), 0);
  same(names, [...names].sort(new Intl.Collator('en').compare), 'texts in order');
  await page.keyboard.press('Tab');
  same(await page.evaluate('document.activeElement.textContent'), 'model', 'Tab, next header');

  // ---- the filter

  await page.locator('#t-medium input').focus();
  await page.keyboard.type('mandel THREADS');
  const found = await rowsOf(page, 't-medium');
  const matches = (row) => row[0] === 'Mandelbrot' && /threads/.test(row[1]);
  check(found.length > 0 && found.every(matches), 'filtered by both words', found);
  same(found.length, before.filter(matches).length, 'all that match');
  same(await page.locator('#t-medium [role=status]').textContent(), `${found.length} of 40 rows`,
    'how many');
  await page.keyboard.press('Escape');
  same((await rowsOf(page, 't-medium')).length, 40, 'Escape clears the filter');

  // ---- pages

  const all = page.locator('#t-points');
  const status = () => all.locator('[role=status]').textContent();
  same((await rowsOf(page, 't-points')).length, 100, 'rows of a page');
  same(await status(), 'rows 1–100 of 1,560', 'the first page');
  await all.getByRole('button', { name: 'Next page' }).focus();
  await page.keyboard.press('Enter');
  same(await status(), 'rows 101–200 of 1,560', 'the second page');
  await all.getByRole('button', { name: 'Last page' }).click();
  same(await status(), 'rows 1,501–1,560 of 1,560', 'the last page');
  same((await rowsOf(page, 't-points')).length, 60, 'rows of the last page');
  await all.getByRole('button', { name: 'all rows' }).click();
  same((await rowsOf(page, 't-points')).length, 1560, 'all rows');

  // ---- hints

  const tip = page.locator('#tip');
  const cell = page.locator('#t-matrix td[tabindex="0"]');
  same(await cell.count(), 1, 'one stop of the Tab key in a table');
  await cell.focus();
  check((await tip.textContent()).startsWith('Ratio of medians'), 'a hint on focus');
  await tip.waitFor({ timeout: 5000 }).catch(() => check(false, 'the hint is visible'));
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  const below = '#t-matrix tr:nth-child(2) td:nth-child(3)';
  check(await page.evaluate(`document.activeElement.matches("${below}")`), 'the arrow keys move');
  await page.keyboard.press('Escape');
  check(!(await tip.isVisible()), 'Escape hides the hint');
  await page.locator('#t-matrix .how').first().focus();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  check(await tip.isVisible() && (await tip.textContent()).startsWith('Speedup:'), 'a method');
  await page.locator('#t-matrix tbody tr:nth-child(3) td:nth-child(3)').hover();
  check((await tip.textContent()).startsWith('Ratio of medians'), 'a hint under the mouse');
  await page.locator('.picture svg [data-hint]').first().focus();
  const point = await tip.textContent();
  await page.keyboard.press('ArrowRight');
  check(await tip.textContent() !== point && await tip.isVisible(), 'values of points', point);

  // ---- theme and copying

  const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
  const light = await paper();
  const dark = page.getByRole('button', { name: 'dark' });
  await dark.click();
  check(await paper() !== light, 'the dark theme is dark');
  same(await dark.getAttribute('aria-pressed'), 'true', 'pressed');
  same(await violations(page), [], 'the dark theme by its switch');
  const copy = page.locator('.code button').first();
  await copy.click();
  await page.waitForFunction('document.querySelector(".code button").textContent !== "Copy"');
  check(['Copied', 'Selected'].includes(await copy.textContent()), 'copied');

  // ---- paper: light, everything open, no controls

  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await page.evaluate('dispatchEvent(new Event("beforeprint"))');
  same(await paper(), 'rgb(255, 255, 255)', 'paper is white');
  same(await page.locator('details:not([open])').count(), 0, 'details are open');
  for (const control of ['.theme', '.tools input', '.code button', '.contents', '.how'])
    same(await page.locator(control).first().isVisible(), false, `${control} is not printed`);
  await page.evaluate('dispatchEvent(new Event("afterprint"))');
  check(await page.locator('details:not([open])').count() > 0, 'and closed again');
  same(complaints, [], 'no complaint after all of it');
  await close();
}

// ---- without JavaScript: all rows, no dead control

{
  const { page, complaints, close } = await open(path.report, { script: false });
  same(await page.locator('#t-points tbody tr').count(), 1560, 'all rows without JavaScript');
  same(await page.locator('button, input').count(), 0, 'no control without JavaScript');
  await page.locator('#t-points summary').first().click();
  check(await page.locator('#t-points tbody tr').last().isVisible(), 'the last row can be read');
  same(complaints.filter((text) => !/script/i.test(text)), [], 'no complaint without JavaScript');
  await close();
}

// ---- hostile texts stay texts

{
  const { page, complaints, close } = await open(path.hostile);
  for (const target of await page.locator('th button, .how').all())
    await target.click({ force: true, timeout: 2000 });
  for (const target of await page.locator('[data-hint]').all())
    await target.dispatchEvent('pointerover');
  same(await page.evaluate('window.broken'), undefined, 'nothing ran');
  same(await page.evaluate('document.scripts.length'), 1, 'scripts');
  same(await page.locator('main').locator('img, svg, iframe, style').count(), 0,
    'elements from texts');
  same(await page.evaluate(() => [...document.querySelectorAll('*')].flatMap((element) =>
    element.getAttributeNames().filter((name) => /^on|^style$/.test(name)))
    .filter((name) => name !== 'style').length), 0, 'event attributes');
  const texts = await page.locator('pre').allTextContents();
  check(texts.includes('<script>window.broken = 1</script>'), 'markup is shown as it is', texts);
  check(texts.includes('&lt;already&gt; &amp; escaped'), 'references are shown as they are');
  check(texts.includes('\ufffd\ufffd\ufffd no UTF-8 \ufffd'), 'bytes that are no UTF-8', texts);
  check(texts.includes('\ufffdtxt.exe override'), 'direction overrides', texts);
  check(texts.includes('\ufffd\ufffd\ufffd[31m bell \ufffd'), 'control characters', texts);
  check(!/[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/.test(html.hostile),
    'no control character in the file');
  same(complaints, [], 'no complaint');
  await close();
}

// ---- size and speed: printed, as time depends on the machine

check(html.report.length < 5e6, 'a report is below 5 MB', html.report.length);
{
  const { page, complaints, close } = await open(path.large);
  same((await rowsOf(page, 't-points')).length, 100, 'a page of the large table');
  const took = await page.evaluate(() => {
    const start = performance.now();
    document.querySelector('#t-points thead th:nth-child(5) button').click();
    document.body.getBoundingClientRect();
    return performance.now() - start;
  });
  const times = column(await rowsOf(page, 't-points'), 4).map(Number);
  check(times.every((time, i) => i === 0 || times[i - 1] <= time), 'the large table is sorted');
  const size = (html.large.length / 1e6).toFixed(1);
  console.log(`10,000 rows: ${size} MB, sorted in ${took.toFixed(0)} ms`);
  same(complaints, [], 'no complaint');
  await close();
}

await browser.close();
console.log(`${done} checks, ${failed} failed`);
process.exit(failed ? 1 : 0);
