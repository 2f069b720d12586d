// exercise.js - the Build exercises: skeletons in place of the book's code.
//
//   node book/exercise.js put NN         the chapter's skeletons into src/
//   node book/exercise.js restore NN     the book's code back
//   node book/exercise.js test NN BIN    run the chapter's suites
//   node book/exercise.js check          all of them, on copies of the tree:
//                                        each compiles, and its suites fail
'use strict';
const {spawnSync} = require('child_process');
const fs = require('fs'), path = require('path');
const {share} = require('./trial.js');

const SAVED = 'build/exercise';
let errors = 0;
const fail = message => { console.error(message); errors++; };

const list = dir => fs.readdirSync(dir, {withFileTypes: true}).flatMap(e =>
  e.isDirectory() ? list(path.join(dir, e.name)) : [path.join(dir, e.name)]);
const sources = list('src').filter(f => /\.[ch]$/.test(f));

// The ^build exercises of a chapter file
function builds(file) {
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  const found = [];
  lines.forEach((line, i) => {
    const m = line.match(/^\^build (\S+) (\S+)$/);
    if (!m) return;
    const end = lines.indexOf('^end', i);
    const start = lines.indexOf('```c skeleton', i);
    if (start < 0 || start > end) return fail(`${file}:${i + 1}: no \`\`\`c skeleton`);
    found.push({where: `${file}:${i + 1}`, fragment: m[1], suites: m[2].split(','),
      skeleton: lines.slice(start + 1, lines.indexOf('```', start + 1))});
  });
  return found;
}

const chapterFiles = number => fs.readdirSync('chapters').filter(f => /^\d\d-.*\.md$/.test(f) &&
  (number === undefined || +f.slice(0, 2) === +number)).map(f => `chapters/${f}`);

// {file, text} with a fragment's text replaced; `texts` holds files already changed
function replace(e, texts = {}) {
  for (const file of sources) {
    const text = texts[file] ?? fs.readFileSync(file, 'utf8');
    const lines = text.split('\n');
    const open = lines.findIndex(l => l.trim().startsWith(`//> [${e.fragment}]`));
    const close = lines.findIndex(l => l.trim() === `//< [${e.fragment}]`);
    if (open < 0 || close < open) continue;
    const indent = lines[open].match(/^ */)[0];
    lines.splice(open + 1, close - open - 1, ...e.skeleton.map(l => l && indent + l));
    return {file, text: lines.join('\n')};
  }
  return fail(`${e.where}: no fragment [${e.fragment}] in src/`);
}

// ------------------------------------------------------------- for the reader

const saved = file => path.join(SAVED, `${file}.orig`);
const uncommitted = file => spawnSync('git', ['diff', '--quiet', 'HEAD', '--', file]).status !== 0;

function put(number) {
  const texts = {};
  for (const e of chapterFiles(number).flatMap(builds)) {
    const done = replace(e, texts);
    if (done) texts[done.file] = done.text;
  }
  if (!Object.keys(texts).length) return fail(`chapter ${number} has no Build exercise`);
  const dirty = Object.keys(texts).filter(uncommitted);
  if (dirty.length && process.env.FORCE !== '1')
    return fail(`${dirty.join(', ')}: changed since the last commit; FORCE=1 to go on, or make exercise-${number}-restore`);
  for (const [file, text] of Object.entries(texts)) {
    if (!fs.existsSync(saved(file))) {      // the first time: the book's own code
      fs.mkdirSync(path.dirname(saved(file)), {recursive: true});
      fs.copyFileSync(file, saved(file));
    }
    fs.writeFileSync(file, text);
    console.log(`${file}: skeleton in place (the original is ${saved(file)})`);
  }
  console.log(`now make check-exercise-${number} until it is green`);
}

function restore(number) {
  const files = new Set(chapterFiles(number).flatMap(builds)
    .flatMap(e => sources.filter(f => fs.existsSync(saved(f)) &&
      fs.readFileSync(saved(f), 'utf8').includes(`//> [${e.fragment}]`))));
  for (const file of files) {
    fs.copyFileSync(saved(file), file);
    fs.rmSync(saved(file));
    console.log(`${file}: the book's code again`);
  }
  if (!files.size) console.log('nothing to restore');
}

function test(number, binary) {
  const suites = [...new Set(chapterFiles(number).flatMap(builds).flatMap(e => e.suites))];
  if (!suites.length) return fail(`chapter ${number} has no Build exercise`);
  for (const suite of suites)
    if (spawnSync(binary, ['--filter', `${suite}/*`], {stdio: 'inherit'}).status !== 0) errors++;
}

// -------------------------------------------------------------------- for CI

async function fails(tree, e) {
  for (const suite of e.suites) {
    const {tested, failed, late} = await tree.test(`${suite}/*`);
    if (!tested && !late) fail(`${e.where}: there is no test in suite ${suite}`);
    if (failed || late) return true;
  }
  return false;
}

let good = 0;
async function attempt(tree, e) {
  const done = replace(e);
  if (!done) return;
  const said = await tree.build({[done.file]: done.text});
  if (said) fail(`${e.where}: the skeleton of [${e.fragment}] does not compile\n${said}`);
  else if (!await fails(tree, e)) fail(`${e.where}: with the skeleton of [${e.fragment}] ${e.suites} still pass`);
  else {
    good++;
    console.log(`${e.fragment}: compiles and fails ${e.suites}`);
  }
  tree.restore();
}

// The book's own code passes, or a failure would prove nothing
async function healthy(tree, all) {
  for (const suite of new Set(all.flatMap(e => e.suites))) {
    const {tested, failed, output} = await tree.test(`${suite}/*`);
    if (tested && failed) fail(`suite ${suite} fails with the book's code\n${output}`);
  }
}

async function check() {
  const all = chapterFiles().flatMap(builds);
  await share(all, healthy, attempt);
  console.log(`exercises: ${good} of ${all.length} skeletons compile and fail, ${errors} errors`);
}

(async () => {
  const [mode, number, binary] = process.argv.slice(2);
  if (mode === 'put') put(number);
  else if (mode === 'restore') restore(number);
  else if (mode === 'test') test(number, binary);
  else if (mode === 'check') await check();
  else { console.error('node book/exercise.js put|restore|test NN, or check'); process.exit(2); }
  process.exit(errors ? 1 : 0);
})();
