// browser.js - the finished book in a real browser.
//
//   node book/browser.js [DIR]                      check every chapter page
//   node book/browser.js --shot PAGE WIDTH OUT.png [dark] [#anchor | whole]
//   node book/browser.js --pdf OUT.pdf              print.html (see print.js)
//
// Checked: no console errors or missing files from file://, no horizontal
// scrolling at 390 and 1280 px, no formula cut off at 1280 px, as many
// formulas as were built, dark mode toggles, and the search finds phrases from the middle of chapters.
'use strict';
const fs = require('fs'), path = require('path');
const {pathToFileURL} = require('url');
const {Browser} = require('./chromium.js');

const argument = process.argv[2];
const dir = argument && !argument.startsWith('--') ? argument : 'build/book/html';
const url = page => pathToFileURL(path.resolve(page.includes('/') ? '.' : dir, page)).href;

const WIDER = `(() => {
  const w = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= w && document.body.scrollWidth <= w) return '';
  const wide = [...document.querySelectorAll('main *')].find(e => {
    if (e.getBoundingClientRect().right <= w + 1) return false;
    for (let p = e.parentElement; p; p = p.parentElement)
      if (/auto|scroll|hidden/.test(getComputedStyle(p).overflowX)) return false;
    return true; });
  return 'wider than the screen: ' + (wide ? wide.outerHTML.slice(0, 120) : document.documentElement.scrollWidth);
})()`;

// On a wide screen every formula is seen whole, without scrolling
const CUT = `[...document.querySelectorAll('.katex-display')].filter(e => e.scrollWidth > e.clientWidth + 1)
  .map(e => 'a formula does not fit: ' + e.querySelector('annotation').textContent.trim().slice(0, 60))`;

async function checkPage(page, file, formulas) {
  const bad = [];
  for (const width of [390, 1280]) {
    page.complaints = [];
    await page.open(url(file), width);
    bad.push(...page.complaints.map(c => `${width} px: ${c}`));
    const wider = await page.run(WIDER);
    if (wider) bad.push(`${width} px: ${wider}`);
    if (width > 600) bad.push(...(await page.run(CUT)).map(c => `${width} px: ${c}`));
  }
  const seen = await page.run(`[...document.querySelectorAll('.katex')].filter(e => e.getClientRects().length || e.closest('details:not([open])')).length`);
  if (seen !== formulas) bad.push(`${seen} formulas are shown, ${formulas} were built`);
  const broken = await page.run(`Promise.all([...document.images].map(i => { i.loading = 'eager'; return i.decode().then(() => '', () => i.src); })).then(r => r.filter(Boolean).join(' '))`);
  if (broken) bad.push(`pictures are missing: ${broken}`);
  const toggles = await page.run(`(() => {
    const paper = () => getComputedStyle(document.body).backgroundColor;
    const before = paper(), button = document.getElementById('dark');
    button.click(); const after = paper(); button.click();
    return before !== after && paper() === before; })()`);
  if (!toggles) bad.push('dark mode does not toggle');
  return bad;
}

// A few words from the middle of a paragraph in the middle of each chapter
function phrases() {
  const code = fs.readFileSync(path.join(dir, 'prose.js'), 'utf8').split('\nwindow.NAMES')[0];
  const prose = JSON.parse(code.slice(code.indexOf('=') + 1).replace(/;$/, ''));
  const chapters = new Map();
  for (const entry of prose) {
    const page = entry[0].split('#')[0];
    if (!chapters.has(page)) chapters.set(page, []);
    if (entry[3].split(' ').length > 7 && entry[3][0] !== '⟨') chapters.get(page).push(entry);
  }
  return [...chapters].filter(([, all]) => all.length).map(([page, all]) => {
    const words = all[all.length >> 1][3].split(' ');
    const at = Math.max(0, (words.length >> 1) - 3);
    return [page, words.slice(at, at + 6).join(' ')];
  });
}

async function checkSearch(page, start) {
  const bad = [];
  await page.open(url(start));
  for (const [target, phrase] of phrases()) {
    const found = await page.run(`new Promise(resolve => {
      const input = document.querySelector('#search input');
      input.focus(); input.value = ${JSON.stringify(phrase)};
      input.dispatchEvent(new Event('input'));
      const look = n => { const all = [...document.querySelectorAll('#results a')];
        if (all.length || !n) resolve(all.map(a => a.getAttribute('href').split('#')[0]));
        else setTimeout(look, 50, n - 1); };
      setTimeout(look, 20, 60); })`);
    if (!found.slice(0, 5).includes(target))
      bad.push(`${target}: the search does not find «${phrase}»`);
  }
  return bad;
}

async function check(browser) {
  const counts = JSON.parse(fs.readFileSync(path.join(dir, '../counts.json'), 'utf8'));
  const pages = fs.readdirSync(dir).filter(f => /^((ch|nb)_\d.*|index)\.html$/.test(f)).sort();
  const api = fs.readdirSync(dir).filter(f => /^group__|^modules|^annotated|^struct/.test(f)).slice(0, 12);
  const page = await browser.page();
  let bad = 0;
  for (const file of [...pages, ...api])
    for (const complaint of await checkPage(page, file, counts[file])) {
      console.error(`${file}: ${complaint}`);
      bad++;
    }
  for (const complaint of await checkSearch(page, 'index.html')) { console.error(complaint); bad++; }
  console.log(`browser: ${pages.length} chapters and ${api.length} API pages at two widths, ` +
    `${phrases().length} searches, ${bad} errors`);
  return bad;
}

async function shot(browser, [file, width, out, ...rest]) {
  const page = await browser.page();
  const anchor = rest.find(r => r[0] === '#') || '';
  await page.open(url(file) + anchor, +width, +width < 600 ? 844 : 900);
  if (rest.includes('dark')) await page.run(`document.getElementById('dark').click()`);
  await page.run('document.fonts.ready.then(() => new Promise(r => setTimeout(r, 200)))');
  await page.shot(out, rest.includes('whole'));
  return 0;
}

async function pdf(browser, [out]) {
  const page = await browser.page();
  await page.open(url('print.html'));
  await page.run('document.fonts.ready.then(() => true)');
  const {data} = await page.send('Page.printToPDF', {preferCSSPageSize: true, printBackground: true,
    displayHeaderFooter: true, headerTemplate: '<span></span>', generateDocumentOutline: true, generateTaggedPDF: true,
    footerTemplate: '<div style="width:100%;text-align:center;font:8px sans-serif;color:#777"><span class="pageNumber"></span></div>'});
  fs.writeFileSync(out, Buffer.from(data, 'base64'));
  console.log(`${out}: ${(Buffer.byteLength(data, 'base64') / 1e6).toFixed(1)} MB`);
  return 0;
}

(async () => {
  const browser = new Browser();
  let code = 1;
  try {
    const rest = process.argv.slice(3);
    code = argument === '--shot' ? await shot(browser, rest)
      : argument === '--pdf' ? await pdf(browser, rest) : await check(browser);
  } catch (e) { console.error(`browser: ${e.message}`); }
  await browser.close();
  process.exit(code ? 1 : 0);
})();
