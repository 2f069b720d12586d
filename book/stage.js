// stage.js - the program as of one chapter: built and tested from exactly the
// files that belong to it, in build/stage-NN/.
//
//   node book/stage.js NN build/book/weave
'use strict';
const {execFileSync, spawnSync} = require('child_process');
const fs = require('fs'), path = require('path');

const [number, weave] = process.argv.slice(2);
const dir = `build/stage-${number}`;
const sources = new Set(execFileSync(weave, ['--stage', number], {encoding: 'utf8'}).split('\n').filter(Boolean));

const includes = file => [...fs.readFileSync(file, 'utf8').matchAll(/^#include "([^"]+)"/gm)].map(m => m[1]);

// May this test file be compiled with the stage's headers alone? What runs
// the program (support/program.h) waits for the stage that has one.
const known = new Map();
function inside(file) {
  if (!known.has(file)) {
    known.set(file, true);
    known.set(file, includes(file).every(name => {
      if (name === 'support/program.h' && !sources.has('src/cli/main.c')) return false;
      if (fs.existsSync(path.join('src', name))) return sources.has(path.join('src', name));
      const near = [path.join(path.dirname(file), name), path.join('tests', name)].find(f => fs.existsSync(f));
      return near && inside(near);
    }));
  }
  return known.get(file);
}

const glob = (d, pattern) => fs.existsSync(d) ? fs.readdirSync(d).filter(f => pattern.test(f)).map(f => path.join(d, f)) : [];
const support = glob('tests/support', /\.[ch]$/).filter(inside);
const tests = glob('tests', /^test_.*\.c$/).filter(inside);

// Only src/ is copied, and only when it changed, so that a second run is quick
const tree = `${dir}/src`;
fs.mkdirSync(tree, {recursive: true});
for (const file of sources) {
  const to = path.join(dir, file);
  fs.mkdirSync(path.dirname(to), {recursive: true});
  if (!fs.existsSync(to) || !fs.readFileSync(to).equals(fs.readFileSync(file))) fs.copyFileSync(file, to);
}
const list = d => fs.readdirSync(d, {withFileTypes: true}).flatMap(e =>
  e.isDirectory() ? list(path.join(d, e.name)) : [path.join(d, e.name)]);
for (const file of list(tree)) if (!sources.has(path.relative(dir, file))) fs.rmSync(file);

const make = [`SRC=${tree}`, `BUILD=${dir}`, `TESTS=${tests.join(' ')}`,
  `TEST_SOURCES=${[...tests, ...support.filter(f => f.endsWith('.c'))].join(' ')}`];
console.log(`stage ${number}: ${sources.size} files, ${tests.length} test files`);
// Tests of components that are here already, written with what is not
const stems = new Set([...sources].map(f => path.basename(f, '.c')));
const waiting = glob('tests', /^test_.*\.c$/).filter(f => !inside(f) && stems.has(path.basename(f, '.c').slice(5)));
if (waiting.length) console.log(`tests that wait for a later chapter: ${waiting.join(' ')}`);
if (!tests.length) process.exit(0);
process.exit(spawnSync('make', ['--no-print-directory', ...make, 'test'], {stdio: 'inherit'}).status ?? 1);
