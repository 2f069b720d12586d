// notebook.js - runs the commands of notebooks and of Predict exercises.
//
//   node book/notebook.js check FILE.md...     compare with what is recorded
//   node book/notebook.js update FILE.md...    record it, figures included
//
// A block is ```sh run, or any ```sh inside ^predict; its output is recorded
// in the ```out block that follows. All blocks of a notebook share one bash;
// each Predict exercise has its own. See "Notebooks" in README.md.
'use strict';
const {spawnSync} = require('child_process');
const fs = require('fs'), path = require('path');
const {difference} = require('./png.js');

const SCRATCH = 'build/nb';
const [mode, ...files] = process.argv.slice(2);
if (!/^(check|update)$/.test(mode || '')) {
  console.error('node book/notebook.js check|update FILE.md...');
  process.exit(2);
}
const update = mode === 'update';
const slowToo = update || /^[1-9y]/.test(process.env.SLOW || '');
let errors = 0;
const fail = message => { console.error(message); errors++; };

// ------------------------------------------------------------------- reading

function labels(info) {
  const has = name => new RegExp(`\\b${name}\\b`).test(info);
  const approx = info.match(/\bapprox=([\d.eE+-]+)/);
  return {approx: approx ? +approx[1] : 0, slow: has('slow'), fails: has('fails'), nodiff: has('nodiff')};
}

// The runnable blocks: {line, code, out: recorded lines, from, to, session};
// from and to are the lines between the fences of ```out (from = to: none)
function blocks(lines) {
  const found = [];
  let predict = 0, current = null, exercises = 0;
  for (let i = 0; i < lines.length; i++) {
    if (lines[i].startsWith('^predict')) predict = ++exercises;
    if (lines[i] === '^end') { predict = 0; current = null; }
    if (lines[i] === '^answer' && current) current.from = current.to = i + 1;
    if (!lines[i].startsWith('```')) continue;
    const info = lines[i].slice(3);
    let end = i + 1;
    while (end < lines.length && lines[end] !== '```') end++;
    if (/^sh run\b/.test(info) || predict && /^sh\b/.test(info)) {
      current = {...labels(info), line: i + 1, code: lines.slice(i + 1, end), session: predict,
        from: end + 1, to: end + 1, out: [], recorded: false};
      found.push(current);
    } else if (/^out\b/.test(info) && current && !current.recorded) {
      Object.assign(current, {from: i + 1, to: end, out: lines.slice(i + 1, end), recorded: true});
    }
    i = end;
  }
  return found;
}

// ------------------------------------------------------------------- running

// One script for the blocks of a session; each writes its own file
function script(list, dir) {
  const parts = ['set -e -o pipefail'];
  list.forEach((b, i) => {
    const code = b.code.join('\n');
    parts.push(`echo ${i} >${dir}/at`, `exec >${dir}/${i}.out 2>&1`);
    parts.push(b.fails
      ? `if ( set +e; ${code}\n) ; then echo ${i} >${dir}/passed; exit 99; fi`
      : code);
  });
  return `${parts.join('\n')}\necho done >${dir}/at\n`;
}

function run(list, dir) {
  fs.rmSync(dir, {recursive: true, force: true});
  fs.mkdirSync(dir, {recursive: true});
  const figures = update ? 'figures' : `${SCRATCH}/figures`;
  fs.mkdirSync(figures, {recursive: true});
  const done = spawnSync('bash', ['-c', script(list, dir)], {encoding: 'utf8',
    stdio: ['ignore', 'inherit', 'inherit'], timeout: 20 * 60 * 1000,
    env: {...process.env, MAKEFLAGS: '', MFLAGS: '', MAKELEVEL: '', V4_KERNELS: 'scalar', LC_ALL: 'C', OMP_NUM_THREADS: '1', FIGURES: figures}});
  const read = f => fs.existsSync(`${dir}/${f}`) ? fs.readFileSync(`${dir}/${f}`, 'utf8') : '';
  list.forEach((b, i) => { b.got = read(`${i}.out`).replace(/\n$/, '').split('\n').map(l => l.trimEnd()); });
  for (const b of list) if (b.got.length === 1 && !b.got[0]) b.got = [];
  return {status: done.status, at: parseInt(read('at'), 10), passed: read('passed') !== ''};
}

// ----------------------------------------------------------------- comparing

const NUMBER = /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/g;

function sameLine(a, b, tolerance) {
  if (!tolerance) return a === b;
  const squeeze = s => s.replace(NUMBER, '#').replace(/\s+/g, ' ').trim();
  if (squeeze(a) !== squeeze(b)) return false;
  const x = a.match(NUMBER) || [], y = b.match(NUMBER) || [];
  return x.every((v, i) => Math.abs(v - y[i]) <= tolerance * Math.max(1, Math.abs(v), Math.abs(y[i])));
}

function compare(file, b) {
  const n = Math.max(b.out.length, b.got.length);
  for (let i = 0; i < n; i++) {
    const want = b.out[i], got = b.got[i];
    if (want !== undefined && got !== undefined && sameLine(want, got, b.approx)) continue;
    fail(`${file}:${b.recorded ? b.from + 1 + i : b.line}: output differs\n` +
      `  recorded «${want ?? '(nothing)'}»\n  printed  «${got ?? '(nothing)'}»`);
    return;
  }
}

const isSame = b => b.recorded && b.out.length === b.got.length &&
  b.out.every((l, i) => sameLine(l, b.got[i], b.approx));

// ------------------------------------------------------------------ one file

function play(file) {
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  const all = blocks(lines);
  const wanted = all.filter(b => slowToo || !b.slow);
  const start = Date.now();
  for (const session of new Set(wanted.map(b => b.session))) {
    const list = wanted.filter(b => b.session === session);
    const {status, at, passed} = run(list, `${SCRATCH}/${path.basename(file, '.md')}.${session}`);
    if (status !== 0) {
      const b = list[at] || list[0];
      fail(`${file}:${b.line}: ${passed ? 'succeeds, but is labelled "fails"' : 'the command failed'}` +
        `${b.got.length ? `\n  ${b.got.slice(-5).join('\n  ')}` : ''}`);
      return;
    }
  }
  for (const b of wanted) if (!update && !b.nodiff) compare(file, b);
  if (update) {
    for (const b of [...wanted].reverse()) {
      if (isSame(b) && !b.nodiff) continue;          // keep what is equal enough
      if (b.recorded) lines.splice(b.from, b.to - b.from, ...b.got);
      else if (b.got.length)
        lines.splice(b.from, 0, ...b.session ? [] : [''], '```out', ...b.got, '```');
    }
    fs.writeFileSync(file, lines.join('\n'));
  }
  if (wanted.length)
    console.log(`${file}: ${wanted.length} blocks${all.length > wanted.length ?
      `, ${all.length - wanted.length} slow ones left out` : ''}, ${((Date.now() - start) / 1000).toFixed(1)} s`);
}

// Figures drawn now against those committed
function compareFigures() {
  const drawn = `${SCRATCH}/figures`;
  const names = fs.existsSync(drawn) ? fs.readdirSync(drawn) : [];
  for (const name of names.filter(f => f.endsWith('.png'))) {
    if (!fs.existsSync(`figures/${name}`)) { fail(`figures/${name}: drawn by a notebook, but not there`); continue; }
    try {
      const said = difference(`${drawn}/${name}`, `figures/${name}`);
      if (said) fail(`figures/${name}: ${said}`);
    } catch (e) { fail(e.message); }
  }
  if (names.length) console.log(`${names.length} figures compared`);
}

const status = () => spawnSync('git', ['status', '--porcelain', '-uall'], {encoding: 'utf8'}).stdout || '';
const before = status();
fs.rmSync(`${SCRATCH}/figures`, {recursive: true, force: true});
for (const file of files) play(file);
if (!update) {
  compareFigures();
  const changed = status().split('\n').filter(l => l && !before.includes(l));
  const say = process.env.CI ? fail : console.error;
  for (const line of changed) say(`the notebooks changed the tree: ${line}`);
}
console.log(`notebooks: ${errors} errors`);
process.exit(errors ? 1 : 0);
